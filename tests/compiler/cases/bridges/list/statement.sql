SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"course":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t1."title") || ',"student":' || (
          SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
          FROM (
            SELECT '{"name":' || selfgraph.json_string(t2."name") || '}' AS o
            FROM "public"."student" AS t2
            WHERE EXISTS (
              SELECT 1
              FROM "public"."takes" AS t2b
              WHERE t2b."school" = t1."school" AND t2b."number" = t1."number" AND t2."id" = t2b."student"
            )
            ORDER BY t2."id"
            LIMIT 100001
          ) AS r
        ) || '}' AS o
        FROM "public"."course" AS t1
        WHERE EXISTS (
          SELECT 1
          FROM "public"."takes" AS t1b
          WHERE t1b."student" = t0."id" AND t1."school" = t1b."school" AND t1."number" = t1b."number"
        ) AND t1."points" < $1::int4
        ORDER BY t1."title" DESC, t1."school", t1."number"
        LIMIT least($2::int8, 100001)
      ) AS r
    ) || '}' AS o
    FROM "public"."student" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "9"
-- $2: "5"
