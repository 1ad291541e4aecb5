SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"embedding":' || coalesce(to_json(t0."embedding")::text, 'null') || '}' AS o
    FROM "public"."place" AS t0
    ORDER BY t0."embedding" OPERATOR("extensions".<->) $2::text::"extensions"."vector", t0."id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."place" AS t1
    ORDER BY t1."embedding" OPERATOR("extensions".<+>) $4::text::"extensions"."vector" DESC NULLS LAST, t1."id"
    LIMIT least($3::int8, 100001)
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."place" AS t2
    ORDER BY t2."embedding" OPERATOR("extensions".<=>) $5::text::"extensions"."vector", t2."id" DESC
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || ',"half":' || coalesce(to_json(t3."half")::text, 'null') || '}' AS o
    FROM "public"."place" AS t3
    ORDER BY t3."half" OPERATOR("extensions".<#>) $6::text::"extensions"."halfvec", t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || ',"sparse":' || coalesce(to_json(t4."sparse")::text, 'null') || '}' AS o
    FROM "public"."place" AS t4
    ORDER BY t4."sparse" OPERATOR("extensions".<->) $7::text::"extensions"."sparsevec", t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."place" AS t5
    LEFT JOIN "public"."place" AS t6 ON t6."id" = t5."next_id"
    ORDER BY t6."embedding" OPERATOR("extensions".<->) $4::text::"extensions"."vector", t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."place" AS t7
    ORDER BY t7."embedding" OPERATOR("extensions".<->) $8::text::"extensions"."vector", t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "[1,0.5]"
-- $3: "1"
-- $4: "[0,0]"
-- $5: "[1,1]"
-- $6: "[1,2]"
-- $7: "{1:1,4:2}/4"
-- $8: "[3,3]"
