SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM (
    SELECT t2."customer_id", CASE WHEN t2."country" = $1::text::varchar THEN t2."first_name" END AS "first_name", t2."first_name" AS "~c7d8efbf52e3b60b", CASE WHEN t2."support_rep_id" = $2::int4 THEN t2."last_name" END AS "last_name", t2."last_name" AS "~30cafad7a0a8b827", t2."company", t2."address", t2."city", t2."state", t2."country", t2."postal_code", t2."phone", t2."fax", t2."email", CASE WHEN t2."support_rep_id" = $2::int4 THEN t2."support_rep_id" END AS "support_rep_id", t2."support_rep_id" AS "~ab67b4b6bcf08437", t2.xmin
    FROM "public"."customer" AS t2
    WHERE (t2."country" = $1::text::varchar OR t2."support_rep_id" = $2::int4)
  ) AS t0
  WHERE t0."last_name" IS NOT NULL
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || ',"given":' || count(*) FILTER (WHERE t1."last_name" IS NOT NULL AND t1."first_name" IS NOT NULL)::text || ',"min":' || '{"firstName":' || coalesce(selfgraph.json_string(min(t1."first_name")), 'null') || '}' || '}'
  FROM t1 HAVING true
) || '}'), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t5.o
    FROM (
      SELECT '{"key":' || '{"supportRepId":' || coalesce(t3."support_rep_id"::int4::text, 'null') || '}' || ',"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o, t3."support_rep_id" AS "v0"
      FROM (
        SELECT t4."customer_id", CASE WHEN t4."country" = $1::text::varchar THEN t4."first_name" END AS "first_name", t4."first_name" AS "~c7d8efbf52e3b60b", CASE WHEN t4."support_rep_id" = $2::int4 THEN t4."last_name" END AS "last_name", t4."last_name" AS "~30cafad7a0a8b827", t4."company", t4."address", t4."city", t4."state", t4."country", t4."postal_code", t4."phone", t4."fax", t4."email", CASE WHEN t4."support_rep_id" = $2::int4 THEN t4."support_rep_id" END AS "support_rep_id", t4."support_rep_id" AS "~ab67b4b6bcf08437", t4.xmin
        FROM "public"."customer" AS t4
        WHERE (t4."country" = $1::text::varchar OR t4."support_rep_id" = $2::int4)
      ) AS t3 GROUP BY t3."support_rep_id"
    ) AS t5
    ORDER BY t5."v0"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "Brazil"
-- $2: "4"
