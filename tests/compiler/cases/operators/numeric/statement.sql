SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t0
    WHERE t0."exact" = $1::numeric
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t1
    WHERE t1."exact" <> $2::numeric
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t2
    WHERE t2."exact" > $3::numeric
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t3
    WHERE t3."exact" >= $4::numeric
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t4
    WHERE t4."exact" < $5::numeric
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t5
    WHERE t5."exact" <= $6::numeric
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t6."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t6
    WHERE t6."exact" = ANY ($7::text[]::numeric[])
    ORDER BY t6."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t7
    WHERE t7."exact" = ANY ($8::text[]::numeric[])
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t8."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t8
    WHERE t8."exact" <> ALL ($9::text[]::numeric[])
    ORDER BY t8."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t9."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t9
    WHERE t9."exact" <> ALL ($10::text[]::numeric[])
    ORDER BY t9."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t10."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t10
    WHERE t10."exact" IS NULL
    ORDER BY t10."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t11."id"::int4::text || ',"exact":' || coalesce(to_json(t11."exact"::numeric)::text, 'null') || '}' AS o
    FROM "public"."specimen" AS t11
    WHERE t11."exact" IS NOT NULL
    ORDER BY t11."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "1.50"
-- $2: "1.50"
-- $3: "1.50"
-- $4: "1.50"
-- $5: "1.50"
-- $6: "1.50"
-- $7: ["1.5", "2.5"]
-- $8: []
-- $9: ["1.5", "2.5"]
-- $10: []
