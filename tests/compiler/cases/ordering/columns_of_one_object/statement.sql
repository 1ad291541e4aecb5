SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"mediaTypeId":' || t0."media_type_id"::text || ',"name":' || to_json(t0."name")::text || '}' AS o
    FROM "public"."track" AS t0
    ORDER BY t0."media_type_id" DESC, t0."name", t0."track_id"
    LIMIT least($1::text::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "2"
