SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"articlesAbout":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t1."title") || CASE WHEN t2."id" IS NULL THEN ',"author":null}' ELSE ',"author":{"fullName":' || coalesce(selfgraph.json_string("public"."full_name"(ROW(t2."id", t2."first_name", t2."last_name", t2."born")::"public"."author")), 'null') || '}}' END AS o
        FROM (
          SELECT t1.*, row_number() OVER () AS "place"
          FROM "public"."articles_about"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author", $1::text) AS t1
          LIMIT least($2::int8, 100001)
        ) AS t1
        LEFT JOIN "public"."author" AS t2 ON t2."id" = t1."author_id"
        ORDER BY t1."place"
      ) AS r
    ) || ',"articlesAboutAggregate":' || (WITH t4 AS (
      SELECT t3.*, row_number() OVER () AS "place"
      FROM "public"."articles_about"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author") AS t3
      WHERE t3."words" > $3::int4
      LIMIT 100001
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(*)::text || ',"sum":' || '{"words":' || coalesce(sum(t4."words"::int4)::text, 'null') || '}' || '}'
      FROM t4 HAVING true
    ) || ',"nodes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"id":' || t5."id"::int4::text || '}' AS o
        FROM t4 AS t5
        ORDER BY t5."place"
      ) AS r
    ) || '}') || ',"longest":' || coalesce((
      SELECT '{"title":' || selfgraph.json_string(t6."title") || '}' AS o
      FROM (
        SELECT s.*
        FROM "public"."longest"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author") AS s
        WHERE NOT (s.* IS NULL)
      ) AS t6
      LIMIT 100001
    ), 'null') || '}' AS o
    FROM "public"."author" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "on"
-- $2: "5"
-- $3: "100"
