WITH w AS (UPDATE "public"."author" AS t0 SET "stock" = t0."stock" + $2::int4, "live" = $3::text::bool
WHERE t0."id" = $4::int4 AND t0."live" = $3::text::bool AND t0."stock" < $5::int4 RETURNING t0."name", t0."stock", t0."live", t0."id", (t0."stock" <= $1::int4) IS TRUE AS "ok") SELECT convert_to(CASE WHEN EXISTS (
  SELECT
  FROM w
  WHERE NOT w."ok"
) THEN selfgraph.refuse_row('public', 'author') ELSE '{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t1."name") || ',"stock":' || t1."stock"::int4::text || ',"live":' || coalesce(t1."live"::bool::text, 'null') || '}' AS o
    FROM (
      SELECT t2.*
      FROM w AS t2
      WHERE t2."live" = $3::text::bool
    ) AS t1
    ORDER BY t1."id"
  ) AS r
) || '}' END, 'UTF8')
-- $1: "9"
-- $2: "1"
-- $3: "true"
-- $4: "1"
-- $5: "9"
