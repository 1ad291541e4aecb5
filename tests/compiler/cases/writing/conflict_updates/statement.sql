WITH w0 AS (INSERT INTO "public"."author" AS t0 ("name", "live", "stock") SELECT c0::text, c1::bool, c2::int4
FROM unnest($2::text[], $3::text[], $4::text[]) AS r(c0, c1, c2) ON CONFLICT ON CONSTRAINT "author_name" DO UPDATE SET "stock" = excluded."stock"
WHERE t0."stock" < $1::int4 RETURNING t0."id", t0."name", t0."stock", t0."live"), w1 AS (INSERT INTO "public"."author" AS t0 ("name", "stock") SELECT c0::text, c1::int4
FROM unnest($5::text[], $6::text[]) AS r(c0, c1) ON CONFLICT ON CONSTRAINT "author_name" DO UPDATE SET "stock" = excluded."stock"
WHERE t0."stock" < $1::int4 RETURNING t0."id", t0."name", t0."stock", t0."live"), w2 AS (INSERT INTO "public"."author" AS t0 ("name") SELECT c0::text
FROM unnest($7::text[]) AS r(c0) ON CONFLICT ON CONSTRAINT "author_name" DO UPDATE SET "stock" = excluded."stock"
WHERE t0."stock" < $1::int4 RETURNING t0."id", t0."name", t0."stock", t0."live"), w AS (
  SELECT w0.*, ($8::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w0 UNION ALL SELECT w1.*, ($9::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w1 UNION ALL SELECT w2.*, ($10::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w2
) SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || ',"name":' || selfgraph.json_string(t1."name") || ',"stock":' || t1."stock"::int4::text || ',"live":' || coalesce(t1."live"::bool::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."place"
  ) AS r
) || '}', 'UTF8')
-- $1: "3"
-- $2: ["Ada"]
-- $3: ["false"]
-- $4: ["9"]
-- $5: ["Cid"]
-- $6: ["8"]
-- $7: ["Dan"]
-- $8: ["1"]
-- $9: ["2"]
-- $10: ["3"]
