SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"key":' || '{"billingCountry":' || coalesce(selfgraph.json_string(t0."billing_country"), 'null') || '}' || ',"aggregate":' || '{"sum":' || '{"total":' || coalesce(to_json(sum(t0."total"::numeric))::text, 'null') || '}' || ',"count":' || count(*)::text || '}' || '}' AS o, sum(t0."total"::numeric) AS "v0", count(*) AS "v1", t0."billing_country" AS "v2"
      FROM "public"."invoice" AS t0 GROUP BY t0."billing_country"
    ) AS t1
    WHERE t1."v0" > $1::numeric AND t1."v1" >= $2::int8
    ORDER BY t1."v0" DESC, t1."v2"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "100"
-- $2: "30"
