SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"key":' || '{"mediaTypeId":' || t0."media_type_id"::int4::text || '}' || ',"aggregate":' || '{"count":' || count(*)::text || ',"avg":' || '{"unitPrice":' || coalesce(to_json(trim_scale(avg(t0."unit_price"::numeric)))::text, 'null') || '}' || ',"max":' || '{"name":' || coalesce(selfgraph.json_string(max(t0."name")), 'null') || '}' || '}' || '}' AS o, t0."media_type_id" AS "v0"
      FROM "public"."track" AS t0 GROUP BY t0."media_type_id"
    ) AS t1
    ORDER BY t1."v0"
    LIMIT 100001
  ) AS r
), 'UTF8')
