SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."student" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."takes" AS t1
      WHERE t1."student" = t0."id" AND EXISTS (
        SELECT 1
        FROM "public"."course" AS t2
        WHERE t2."school" = t1."school" AND t2."number" = t1."number" AND t2."title" = $1::text
      )
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "Contracts"
