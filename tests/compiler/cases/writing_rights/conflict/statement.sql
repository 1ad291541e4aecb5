WITH w AS (INSERT INTO "public"."author" AS t0 ("name", "stock", "code", "mood") SELECT c0::text, c1::int4, $5::text::varchar, $6::text::"public"."mood"
FROM unnest($7::text[], $8::text[]) AS r(c0, c1) ON CONFLICT ON CONSTRAINT "author_name" DO UPDATE SET "stock" = excluded."stock", "live" = $3::text::bool
WHERE t0."id" = $4::int4 RETURNING t0."name", t0."stock", t0."live", (CASE WHEN t0.xmax = 0 THEN t0."stock" <= $1::int4 ELSE t0."stock" <= $2::int4 END) IS TRUE AS "ok") SELECT convert_to(CASE WHEN EXISTS (
  SELECT
  FROM w
  WHERE NOT w."ok"
) THEN selfgraph.refuse_row('public', 'author') ELSE '{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t1."name") || ',"stock":' || t1."stock"::int4::text || '}' AS o
    FROM (
      SELECT t2.*
      FROM w AS t2
      WHERE t2."live" = $3::text::bool
    ) AS t1
  ) AS r
) || '}' END, 'UTF8')
-- $1: "50"
-- $2: "9"
-- $3: "true"
-- $4: "1"
-- $5: "abc"
-- $6: "happy"
-- $7: ["Ada", "Bob", "Dan"]
-- $8: ["8", "8", "40"]
