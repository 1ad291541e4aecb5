SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
  FROM (
    SELECT t1.*, t1.xmin
    FROM "public"."album" AS t1
    WHERE t1."artist_id" = ANY ($2::text::int4[])
  ) AS t0
  WHERE t0."album_id" = $1::int4
), 'null'), 'UTF8'), convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t2."title") || '}' AS o
  FROM (
    SELECT t3.*, t3.xmin
    FROM "public"."album" AS t3
    WHERE t3."artist_id" = ANY ($2::text::int4[])
  ) AS t2
  WHERE t2."album_id" = $3::int4
), 'null'), 'UTF8'), convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t4."title") || '}' AS o
  FROM (
    SELECT t5.*, t5.xmin
    FROM "public"."album" AS t5
    WHERE t5."artist_id" = ANY ($2::text::int4[])
  ) AS t4
  WHERE t4."album_id" = $4::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "{1,2,8,90}"
-- $3: "5"
-- $4: "100"
