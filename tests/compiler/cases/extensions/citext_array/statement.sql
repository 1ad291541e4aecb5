SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"tags":' || coalesce(to_json(t0."tags")::text, 'null') || '}' AS o
    FROM "public"."thing" AS t0
    WHERE t0."tags" @> $1::text[]::"public"."citext"[]
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["RED"]
