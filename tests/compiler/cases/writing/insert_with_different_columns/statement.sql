WITH w0 AS (INSERT INTO "public"."author" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."name", t0."live", t0."stock"), w1 AS (INSERT INTO "public"."author" AS t0 ("name", "stock") SELECT c0::text, c1::int4
FROM unnest($2::text[], $3::text[]) AS r(c0, c1) RETURNING t0."name", t0."live", t0."stock"), w2 AS (INSERT INTO "public"."author" AS t0 ("name", "live") SELECT c0::text, c1::bool
FROM unnest($4::text[], $5::text[]) AS r(c0, c1) RETURNING t0."name", t0."live", t0."stock"), w AS (
  SELECT w0.*, ($6::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w0 UNION ALL SELECT w1.*, ($7::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w1 UNION ALL SELECT w2.*, ($8::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w2
) SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t1."name") || ',"live":' || coalesce(t1."live"::bool::text, 'null') || ',"stock":' || t1."stock"::int4::text || '}' AS o
    FROM w AS t1
    ORDER BY t1."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["Dan"]
-- $2: ["Eve", "Gus"]
-- $3: ["8", "7"]
-- $4: ["Fay"]
-- $5: ["false"]
-- $6: ["1"]
-- $7: ["2", "4"]
-- $8: ["3"]
