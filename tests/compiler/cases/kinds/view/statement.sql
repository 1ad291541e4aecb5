SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || coalesce(t0."id"::int4::text, 'null') || ',"first":' || coalesce(selfgraph.json_string(t0."first"), 'null') || ',"born":' || coalesce(to_json(t0."born")::text, 'null') || '}' AS o
    FROM "public"."adult" AS t0
    WHERE t0."born" < $1::text::date
    ORDER BY t0."first"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "2010-01-01"
