SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"color":' || selfgraph.json_string(t0."color") || '}' AS o
    FROM "public"."shirt" AS t0
    WHERE t0."color" = $1::text
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || ',"size":' || coalesce(selfgraph.json_string(t1."size"), 'null') || '}' AS o
    FROM "public"."shirt" AS t1
    WHERE t1."color" <> $2::text AND t1."size" IS NOT NULL
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."shirt" AS t2
    WHERE t2."color" = ANY (ARRAY[$3::text, $4::text]) AND t2."size" <> ALL (ARRAY[$5::text::varchar])
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "red"
-- $2: "red"
-- $3: "blue"
-- $4: "red"
-- $5: "small"
