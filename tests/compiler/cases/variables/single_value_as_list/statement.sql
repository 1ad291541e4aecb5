SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"artistId":' || t0."artist_id"::int4::text || '}' AS o
    FROM "public"."artist" AS t0
    WHERE t0."name" = ANY ($1::text[]::varchar[])
    ORDER BY t0."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["AC/DC"]
