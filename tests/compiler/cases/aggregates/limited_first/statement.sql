SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM "public"."track" AS t0
  ORDER BY t0."milliseconds" DESC, t0."track_id"
  LIMIT $1::int8
  OFFSET $2::int8
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || ',"min":' || '{"milliseconds":' || coalesce(min(t1."milliseconds"::int4)::text, 'null') || '}' || '}'
  FROM t1 HAVING true
) || '}'), 'UTF8')
-- $1: "3"
-- $2: "1"
