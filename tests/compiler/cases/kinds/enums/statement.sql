SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"state":' || coalesce(to_json(t0."state")::text, 'null') || ',"states":' || coalesce(to_json(t0."states")::text, 'null') || '}' AS o
    FROM "public"."account" AS t0
    WHERE t0."state" = $1::text::"public"."mood"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "happy"
