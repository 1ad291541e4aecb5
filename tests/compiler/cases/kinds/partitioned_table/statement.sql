SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"at":' || to_json(t0."at")::text || ',"sensor":' || t0."sensor"::int4::text || ',"value":' || coalesce(to_json(t0."value"::float8)::text, 'null') || '}' AS o
    FROM "public"."reading" AS t0
    WHERE t0."at" >= $1::text::timestamptz
    ORDER BY t0."at", t0."sensor"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to(coalesce((
  SELECT '{"value":' || coalesce(to_json(t1."value"::float8)::text, 'null') || '}' AS o
  FROM "public"."reading" AS t1
  WHERE t1."at" = $2::text::timestamptz AND t1."sensor" = $3::int4
), 'null'), 'UTF8')
-- $1: "2026-01-01T00:00:00Z"
-- $2: "2025-05-01T12:00:00+02:00"
-- $3: "1"
