SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."author" AS t0
    ORDER BY "public"."words_written"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author") DESC NULLS LAST, "public"."full_name"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author"), t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."article" AS t1
    LEFT JOIN "public"."author" AS t2 ON t2."id" = t1."author_id"
    ORDER BY CASE WHEN t2."id" IS NOT NULL THEN "public"."full_name"(ROW(t2."id", t2."first_name", t2."last_name", t2."born")::"public"."author") END, t1."id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "2"
