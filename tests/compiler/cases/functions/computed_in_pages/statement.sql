SELECT convert_to((WITH t0 AS (
  SELECT t3.*, "public"."full_name"(ROW(t3."id", t3."first_name", t3."last_name", t3."born")::"public"."author") AS "key0", t3."id" AS "key1"
  FROM "public"."author" AS t3
  ORDER BY "public"."full_name"(ROW(t3."id", t3."first_name", t3."last_name", t3."born")::"public"."author") DESC, t3."id"
  LIMIT $1::int8 + 1
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || coalesce(selfgraph.json_string("public"."full_name"(ROW(t1."id", t1."first_name", t1."last_name", t1."born")::"public"."author")), 'null') || '}' AS o
    FROM (
      SELECT *
      FROM t0
      ORDER BY t0."key0" DESC, t0."key1"
      LIMIT $1::int8
    ) AS t1
    ORDER BY t1."key0" DESC, t1."key1"
  ) AS r
) || ',"pageInfo":' || '{"hasNextPage":' || ((
  SELECT count(*) > $1::int8
  FROM t0
))::text || ',"endCursor":' || coalesce((
  SELECT '"' || translate(encode(convert_to('["2d6b8d0bbe65"' || ',' || coalesce(to_json(t2."key0"::text)::text, 'null') || ',' || coalesce(to_json(t2."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') || '"'
  FROM (
    SELECT *
    FROM t0
    ORDER BY t0."key0" DESC, t0."key1"
    LIMIT $1::int8
  ) AS t2
  ORDER BY t2."key0", t2."key1" DESC
  LIMIT 1
), 'null') || '}' || '}'), 'UTF8')
-- $1: "2"
