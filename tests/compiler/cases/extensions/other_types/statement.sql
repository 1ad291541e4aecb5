SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"pairs":' || coalesce(to_json(t0."pairs")::text, 'null') || ',"place":' || coalesce(to_json(t0."place")::text, 'null') || '}' AS o
    FROM "public"."thing" AS t0
    WHERE t0."pairs" IS NOT NULL
    ORDER BY t0."place" DESC, t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t1
    WHERE t1."place" = $1::text::"public"."ltree" AND t1."pairs" = $2::text::"public"."hstore"
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "top.left"
-- $2: "a=>1"
