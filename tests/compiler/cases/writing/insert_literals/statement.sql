WITH w0 AS (INSERT INTO "public"."author" AS t0 ("name", "mood", "live", "tags") SELECT c0::text, c1::"public"."mood", c2::bool, c3::text[]
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS r(c0, c1, c2, c3) RETURNING t0."name", t0."mood", t0."live", t0."tags", t0."document"), w1 AS (INSERT INTO "public"."author" AS t0 ("name", "stock") SELECT c0::text, c1::int4
FROM unnest($5::text[], $6::text[]) AS r(c0, c1) RETURNING t0."name", t0."mood", t0."live", t0."tags", t0."document"), w2 AS (INSERT INTO "public"."author" AS t0 ("name", "tags", "document") SELECT c0::text, c1::text[], c2::jsonb
FROM unnest($7::text[], $8::text[], $9::text[]) AS r(c0, c1, c2) RETURNING t0."name", t0."mood", t0."live", t0."tags", t0."document"), w AS (
  SELECT w0.*, ($10::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w0 UNION ALL SELECT w1.*, ($11::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w1 UNION ALL SELECT w2.*, ($12::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w2
) SELECT convert_to('{"count":' || (
  SELECT count(*)
  FROM w
)::text || ',"rows":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t1."name") || ',"mood":' || coalesce(to_json(t1."mood")::text, 'null') || ',"live":' || coalesce(t1."live"::bool::text, 'null') || ',"tags":' || coalesce(to_json(t1."tags")::text, 'null') || ',"document":' || coalesce(t1."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."place"
  ) AS r
) || ',"__typename":"AuthorMutationResponse"}', 'UTF8')
-- $1: ["Dan"]
-- $2: ["happy"]
-- $3: ["false"]
-- $4: ["{\"x\",NULL}"]
-- $5: ["Eve"]
-- $6: ["4"]
-- $7: ["Gil"]
-- $8: ["{\"y\"}"]
-- $9: ["{\"deep\":[true]}"]
-- $10: ["1"]
-- $11: ["2"]
-- $12: ["3"]
