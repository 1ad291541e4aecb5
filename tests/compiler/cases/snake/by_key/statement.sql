SELECT convert_to(coalesce((
  SELECT CASE WHEN t1."track_id" IS NULL THEN '{"track":null}' ELSE '{"track":{"name":' || selfgraph.json_string(t1."name") || ',"invoice_line":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"invoice_line_id":' || t2."invoice_line_id"::int4::text || '}' AS o
      FROM "public"."invoice_line" AS t2
      WHERE t2."track_id" = t1."track_id"
      ORDER BY t2."invoice_line_id"
      LIMIT 100001
    ) AS r
  ) || '}}' END AS o
  FROM "public"."playlist_track" AS t0
  LEFT JOIN "public"."track" AS t1 ON t1."track_id" = t0."track_id"
  WHERE t0."playlist_id" = $1::int4 AND t0."track_id" = $2::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
