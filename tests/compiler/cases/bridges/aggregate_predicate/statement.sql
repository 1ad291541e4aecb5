SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."student" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM "public"."course" AS t1
        WHERE EXISTS (
          SELECT 1
          FROM "public"."takes" AS t1b
          WHERE t1b."student" = t0."id" AND t1."school" = t1b."school" AND t1."number" = t1b."number"
        ) AND t1."points" >= $1::int4
      ) AS t2
      WHERE t2."value" >= $2::int8
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "2"
