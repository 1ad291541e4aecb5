SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM "public"."track" AS t0
  WHERE t0."track_id" < $1::int4
  ORDER BY t0."track_id"
  LIMIT 100001
) SELECT '{"__typename":"TrackAggregate","aggregate":' || (
  SELECT '{"__typename":"TrackAggregateFields","count":' || count(*)::text || ',"sum":' || '{"__typename":"TrackSumFields","milliseconds":' || coalesce(sum(t1."milliseconds"::int4)::text, 'null') || '}' || ',"avg":' || '{"milliseconds":' || coalesce(to_json(trim_scale(avg(t1."milliseconds"::int4)))::text, 'null') || '}' || ',"min":' || '{"name":' || coalesce(selfgraph.json_string(min(t1."name")), 'null') || '}' || '}'
  FROM t1 HAVING true
) || ',"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t2."name") || '}' AS o
    FROM t1 AS t2
    ORDER BY t2."track_id"
  ) AS r
) || '}'), 'UTF8')
-- $1: "0"
