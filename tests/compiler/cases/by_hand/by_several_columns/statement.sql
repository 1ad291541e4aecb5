SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"year":' || t0."year"::int4::text || CASE WHEN t1."country" IS NULL THEN ',"city":null,"companions":' ELSE ',"city":{"name":' || selfgraph.json_string(t1."name") || '},"companions":' END || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"code":' || t2."code"::int4::text || '}' AS o
        FROM "public"."visit" AS t2
        WHERE t2."year" = t0."year" AND t2."country" = t0."country"
        ORDER BY t2."code", t2."person_id", t2."year", t2."country"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."visit" AS t0
    LEFT JOIN "public"."city" AS t1 ON t1."country" = t0."country" AND t1."code" = t0."code"
    ORDER BY t1."name", t0."year", t0."person_id", t0."country", t0."code"
    LIMIT 100001
  ) AS r
), 'UTF8')
