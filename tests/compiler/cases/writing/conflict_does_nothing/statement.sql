WITH w0 AS (INSERT INTO "public"."author" AS t0 ("name", "stock") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) ON CONFLICT ON CONSTRAINT "author_name" DO NOTHING RETURNING t0."name", t0."stock"), w1 AS (INSERT INTO "public"."author" AS t0 ("name") SELECT c0::text
FROM unnest($3::text[]) AS r(c0) ON CONFLICT ON CONSTRAINT "author_name" DO NOTHING RETURNING t0."name", t0."stock"), w AS (
  SELECT w0.*, ($4::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w0 UNION ALL SELECT w1.*, ($5::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w1
) SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t1."name") || ',"stock":' || t1."stock"::int4::text || '}' AS o
    FROM w AS t1
    ORDER BY t1."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["Ada"]
-- $2: ["9"]
-- $3: ["Dan"]
-- $4: ["1"]
-- $5: ["2"]
