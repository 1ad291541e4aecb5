SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"color":' || selfgraph.json_string(t0."color") || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."color") t0.*
      FROM "public"."shirt" AS t0
      ORDER BY t0."color", t0."size" DESC NULLS LAST, t0."id"
      LIMIT 100001
    ) AS t0
    ORDER BY t0."color", t0."size" DESC NULLS LAST, t0."id"
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t2.o
    FROM (
      SELECT '{"key":' || '{"color":' || selfgraph.json_string(t1."color") || '}' || ',"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o, t1."color" AS "v0"
      FROM "public"."shirt" AS t1 GROUP BY t1."color"
    ) AS t2
    ORDER BY t2."v0" DESC
    LIMIT 100001
  ) AS r
), 'UTF8')
