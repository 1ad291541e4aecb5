SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || '"' || t0."id"::int8::text || '"' || ',"exact":' || coalesce('"' || t0."exact"::numeric::text || '"', 'null') || ',"whole":' || coalesce(t0."whole"::int4::text, 'null') || ',"approximate":' || coalesce('"' || t0."approximate"::float8::text || '"', 'null') || ',"many":' || coalesce(to_json(t0."many"::text[])::text, 'null') || '}' AS o
    FROM "public"."amount" AS t0
    WHERE t0."id" = ANY ($1::text[]::int8[]) AND NOT (t0."exact" > $2::numeric)
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["9007199254740993", "2"]
-- $2: "5"
