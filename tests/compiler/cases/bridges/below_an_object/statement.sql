SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"mark":' || coalesce(t0."mark"::int4::text, 'null') || CASE WHEN t1."id" IS NULL THEN ',"studentByStudent":null}' ELSE ',"studentByStudent":{"course":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t2."title") || '}' AS o
        FROM "public"."course" AS t2
        WHERE EXISTS (
          SELECT 1
          FROM "public"."takes" AS t2b
          WHERE t2b."student" = t1."id" AND t2."school" = t2b."school" AND t2."number" = t2b."number"
        )
        ORDER BY t2."school", t2."number"
        LIMIT 100001
      ) AS r
    ) || '}}' END AS o
    FROM "public"."takes" AS t0
    LEFT JOIN "public"."student" AS t1 ON t1."id" = t0."student"
    ORDER BY CASE WHEN t1."id" IS NOT NULL THEN (
      SELECT count(*)
      FROM "public"."course" AS t3
      WHERE EXISTS (
        SELECT 1
        FROM "public"."takes" AS t3b
        WHERE t3b."student" = t1."id" AND t3."school" = t3b."school" AND t3."number" = t3b."number"
      )
    ) END DESC, t0."mark", t0."student", t0."school", t0."number"
    LIMIT 100001
  ) AS r
), 'UTF8')
