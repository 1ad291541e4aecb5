SELECT convert_to((WITH t0 AS (
  SELECT t2.*, row_number() OVER (ORDER BY t2."key0") AS "place", translate(encode(convert_to('["91616afb428c"' || ',' || coalesce(to_json(t2."key0"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t3.*, t3."genre_id" AS "key0"
    FROM "public"."genre" AS t3
    ORDER BY t3."genre_id"
    LIMIT 50 + 1
  ) AS t2
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' AS o
    FROM t0 AS t1
    WHERE t1."place" <= 50
    ORDER BY t1."place"
  ) AS r
) || '}'), 'UTF8')
