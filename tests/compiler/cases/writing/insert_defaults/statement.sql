WITH w0 AS (INSERT INTO "public"."defaults" AS t0 SELECT
FROM unnest($1::text[]) RETURNING t0."id", t0."amount"), w1 AS (INSERT INTO "public"."defaults" AS t0 ("amount") SELECT c0::numeric
FROM unnest($2::text[]) AS r(c0) RETURNING t0."id", t0."amount"), w AS (
  SELECT w0.*, ($1::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w0 UNION ALL SELECT w1.*, ($3::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w1
) SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || ',"amount":' || coalesce(to_json(t1."amount"::numeric)::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["1", "3"]
-- $2: ["2.25"]
-- $3: ["2"]
