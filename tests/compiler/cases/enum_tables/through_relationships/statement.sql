SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"value":' || selfgraph.json_string(t0."value") || ',"shirt":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"size":' || coalesce(selfgraph.json_string(t1."size"), 'null') || '}' AS o
        FROM "public"."shirt" AS t1
        WHERE t1."color" = t0."value"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."color" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."shirt" AS t2
      WHERE t2."color" = t0."value" AND t2."size" = $1::text::varchar
    )
    ORDER BY t0."value"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "large"
