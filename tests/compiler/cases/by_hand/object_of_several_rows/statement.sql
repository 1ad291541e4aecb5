SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || selfgraph.json_string(t0."name") || CASE WHEN t1."person_id" IS NULL THEN ',"a_visit":null}' ELSE ',"a_visit":{"year":' || t1."year"::int4::text || CASE WHEN t3."country" IS NULL THEN ',"city":null}' ELSE ',"city":{"name":' || selfgraph.json_string(t3."name") || '}}' END || '}' END AS o
    FROM "public"."person" AS t0
    LEFT JOIN LATERAL (
      SELECT t2.*, t2.xmin
      FROM "public"."visit" AS t2
      WHERE t2."person_id" = t0."id"
      ORDER BY t2."person_id", t2."year", t2."country", t2."code"
      LIMIT 1
    ) AS t1 ON TRUE
    LEFT JOIN "public"."city" AS t3 ON t3."country" = t1."country" AND t3."code" = t1."code"
    WHERE EXISTS (
      SELECT 1
      FROM "public"."visit" AS t4
      WHERE t4."person_id" = t0."id" AND t4."year" = $1::int4
    )
    ORDER BY t1."year" DESC NULLS LAST, t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "2002"
