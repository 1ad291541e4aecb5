SELECT convert_to((WITH t0 AS (
  SELECT t2."name", t2."genre_id" AS "key0"
  FROM "public"."genre" AS t2
  ORDER BY t2."genre_id"
  LIMIT 50
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '}' AS o
    FROM t0 AS t1
    ORDER BY t1."key0"
  ) AS r
) || '}'), 'UTF8')
