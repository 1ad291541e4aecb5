SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"studentByWhom":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"name":' || selfgraph.json_string(t1."name") || '}' AS o
        FROM "public"."student" AS t1
        WHERE EXISTS (
          SELECT 1
          FROM "public"."friendship" AS t1b
          WHERE t1b."who" = t0."id" AND t1."id" = t1b."whom"
        )
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || ',"studentByWho":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"name":' || selfgraph.json_string(t2."name") || '}' AS o
        FROM "public"."student" AS t2
        WHERE EXISTS (
          SELECT 1
          FROM "public"."friendship" AS t2b
          WHERE t2b."whom" = t0."id" AND t2."id" = t2b."who"
        )
        ORDER BY t2."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."student" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
