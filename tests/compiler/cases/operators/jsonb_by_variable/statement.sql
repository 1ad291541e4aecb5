SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"document":' || coalesce(t0."document"::jsonb::text, 'null') || '}' AS o
    FROM "public"."specimen" AS t0
    WHERE t0."document" @> $1::text::jsonb AND t0."document" ?| $2::text[]
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "{\"a\":1}"
-- $2: ["a", "é\"'\\"]
