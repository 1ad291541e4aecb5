SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"takes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"mark":' || coalesce(t1."mark"::int4::text, 'null') || CASE WHEN t2."school" IS NULL THEN ',"course":null}' ELSE ',"course":{"title":' || selfgraph.json_string(t2."title") || '}}' END AS o
        FROM "public"."takes" AS t1
        LEFT JOIN "public"."course" AS t2 ON t2."school" = t1."school" AND t2."number" = t1."number"
        WHERE t1."student" = t0."id"
        ORDER BY t1."student", t1."school", t1."number"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."student" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
