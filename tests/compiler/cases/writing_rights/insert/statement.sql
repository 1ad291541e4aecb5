WITH w0 AS (INSERT INTO "public"."author" AS t0 ("name", "stock", "code", "mood") SELECT c0::text, c1::int4, $2::text::varchar, $3::text::"public"."mood"
FROM unnest($4::text[], $5::text[]) AS r(c0, c1) RETURNING t0."name", t0."stock", t0."live", (t0."stock" <= $1::int4) IS TRUE AS "ok"), w1 AS (INSERT INTO "public"."author" AS t0 ("name", "live", "code", "mood") SELECT c0::text, c1::bool, $2::text::varchar, $3::text::"public"."mood"
FROM unnest($6::text[], $7::text[]) AS r(c0, c1) RETURNING t0."name", t0."stock", t0."live", (t0."stock" <= $1::int4) IS TRUE AS "ok"), w AS (
  SELECT w0.*, ($8::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w0 UNION ALL SELECT w1.*, ($9::text[]::int4[])[row_number() OVER ()] AS "place"
  FROM w1
) SELECT convert_to(CASE WHEN EXISTS (
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
      WHERE t2."live" = $10::text::bool
    ) AS t1
    ORDER BY t1."place"
  ) AS r
) || '}' END, 'UTF8')
-- $1: "50"
-- $2: "abc"
-- $3: "happy"
-- $4: ["Dan"]
-- $5: ["6"]
-- $6: ["Eve"]
-- $7: ["false"]
-- $8: ["1"]
-- $9: ["2"]
-- $10: "true"
