SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"embeddingDistance":' || coalesce(to_json(t0."embedding" OPERATOR("extensions".<->) $1::text::"extensions"."vector")::text, 'null') || ',"manhattan":' || coalesce(to_json(t0."embedding" OPERATOR("extensions".<+>) $1::text::"extensions"."vector")::text, 'null') || ',"halfDistance":' || coalesce(to_json(t0."half" OPERATOR("extensions".<->) $2::text::"extensions"."halfvec")::text, 'null') || ',"sparseDistance":' || coalesce(to_json(t0."sparse" OPERATOR("extensions".<#>) $3::text::"extensions"."sparsevec")::text, 'null') || '}' AS o
    FROM "public"."place" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "[1,1]"
-- $2: "[1,1]"
-- $3: "{1:1}/4"
