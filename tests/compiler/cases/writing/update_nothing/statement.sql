WITH w AS (
  SELECT t0."id"
  FROM "public"."author" AS t0
  WHERE FALSE
) SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
