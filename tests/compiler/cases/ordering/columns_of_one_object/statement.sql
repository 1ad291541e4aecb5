SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"mediaTypeId":' || t0."media_type_id"::int4::text || ',"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."track" AS t0
    ORDER BY t0."media_type_id" DESC, t0."name", t0."track_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "2"
