SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM "public"."genre" AS t0
    ORDER BY t0."genre_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8'), convert_to(coalesce((
  SELECT '{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '}' AS o
  FROM "public"."artist" AS t1
  WHERE t1."artist_id" = $2::int4
), 'null'), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t2."name"), 'null') || '}' AS o
    FROM "public"."media_type" AS t2
    ORDER BY t2."name", t2."media_type_id"
    LIMIT least($3::int8, 100001)
  ) AS r
), 'UTF8'), convert_to(coalesce((
  SELECT '{"name":' || coalesce(selfgraph.json_string(t3."name"), 'null') || '}' AS o
  FROM "public"."artist" AS t3
  WHERE t3."artist_id" = $4::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
-- $3: "1"
-- $4: "0"
