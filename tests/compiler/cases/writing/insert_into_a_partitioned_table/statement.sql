WITH w AS (INSERT INTO "public"."region" AS t0 ("country", "number", "label") SELECT c0::text, c1::int4, c2::text
FROM unnest($1::text[], $2::text[], $3::text[]) AS r(c0, c1, c2) RETURNING t0."country", t0."number", t0."label") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"country":' || selfgraph.json_string(t1."country") || ',"number":' || t1."number"::int4::text || ',"label":' || coalesce(selfgraph.json_string(t1."label"), 'null') || '}' AS o
    FROM w AS t1
  ) AS r
) || '}', 'UTF8')
-- $1: ["de"]
-- $2: ["3"]
-- $3: ["West"]
