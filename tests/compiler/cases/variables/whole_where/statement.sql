SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"artistId":' || t0."artist_id"::int4::text || ',"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM "public"."artist" AS t0
    WHERE (t0."name" = $1::text::varchar OR EXISTS (
      SELECT 1
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id" AND t1."title" LIKE $2::text
    )) AND t0."artist_id" = ANY ($3::text[]::int4[])
    ORDER BY t0."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "AC/DC"
-- $2: "Big %"
-- $3: ["1", "3", "5"]
