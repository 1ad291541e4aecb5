SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"path":' || coalesce(to_json(t0."path")::text, 'null') || ',"paths":' || coalesce(to_json(t0."paths")::text, 'null') || '}' AS o
    FROM "public"."category" AS t0
    WHERE t0."path" OPERATOR("labels".@>) $1::text::"labels"."ltree"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."category" AS t1
    WHERE t1."path" OPERATOR("labels".@>) ANY ($2::text[]::"labels"."ltree"[])
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."category" AS t2
    WHERE t2."path" OPERATOR("labels".<@) $3::text::"labels"."ltree"
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."category" AS t3
    WHERE t3."path" OPERATOR("labels".<@) ANY ($4::text[]::"labels"."ltree"[])
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."category" AS t4
    WHERE t4."path" OPERATOR("labels".~) $5::text::"labels"."lquery"
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."category" AS t5
    WHERE t5."path" OPERATOR("labels".?) $6::text[]::"labels"."lquery"[]
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t6."id"::int4::text || '}' AS o
    FROM "public"."category" AS t6
    WHERE t6."path" OPERATOR("labels".@) $7::text::"labels"."ltxtquery"
    ORDER BY t6."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."category" AS t7
    WHERE t7."path"::text LIKE $8::text
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "top.science.astronomy"
-- $2: ["top.science", "top.hobbies"]
-- $3: "top.science"
-- $4: ["top.hobbies", "top.science"]
-- $5: "*.astronomy.*"
-- $6: ["top", "*.hobbies.*{1}"]
-- $7: "Astronomy@% & !science"
-- $8: "top.h%"
