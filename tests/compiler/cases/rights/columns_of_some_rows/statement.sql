SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"customerId":' || t0."customer_id"::int4::text || ',"firstName":' || coalesce(selfgraph.json_string(t0."first_name"), 'null') || ',"lastName":' || coalesce(selfgraph.json_string(t0."last_name"), 'null') || ',"country":' || coalesce(selfgraph.json_string(t0."country"), 'null') || CASE WHEN t1."employee_id" IS NULL THEN ',"supportRep":null}' ELSE ',"supportRep":{"lastName":' || selfgraph.json_string(t1."last_name") || '}}' END AS o
    FROM (
      SELECT t2."customer_id", CASE WHEN t2."country" = $2::text::varchar THEN t2."first_name" END AS "first_name", t2."first_name" AS "~c7d8efbf52e3b60b", CASE WHEN t2."support_rep_id" = $3::int4 THEN t2."last_name" END AS "last_name", t2."last_name" AS "~30cafad7a0a8b827", t2."company", t2."address", t2."city", t2."state", t2."country", t2."postal_code", t2."phone", t2."fax", t2."email", CASE WHEN t2."support_rep_id" = $3::int4 THEN t2."support_rep_id" END AS "support_rep_id", t2."support_rep_id" AS "~ab67b4b6bcf08437", t2.xmin
      FROM "public"."customer" AS t2
      WHERE (t2."country" = $2::text::varchar OR t2."support_rep_id" = $3::int4)
    ) AS t0
    LEFT JOIN "public"."employee" AS t1 ON t1."employee_id" = t0."~ab67b4b6bcf08437"
    WHERE t0."country" = ANY ($1::text[]::varchar[])
    ORDER BY t0."last_name" NULLS FIRST, t0."customer_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["Brazil", "Canada"]
-- $2: "Brazil"
-- $3: "4"
