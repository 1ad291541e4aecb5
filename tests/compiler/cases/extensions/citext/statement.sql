SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t0
    WHERE t0."name" = $1::text::"public"."citext"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t1
    WHERE t1."name" <> $2::text::"public"."citext"
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t2
    WHERE t2."name" > $3::text::"public"."citext"
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t3
    WHERE t3."name" >= $4::text::"public"."citext"
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t4
    WHERE t4."name" < $5::text::"public"."citext"
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t5
    WHERE t5."name" <= $6::text::"public"."citext"
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t6."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t6
    WHERE t6."name" LIKE $7::text::"public"."citext"
    ORDER BY t6."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t7
    WHERE t7."name" NOT LIKE $8::text::"public"."citext"
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t8."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t8
    WHERE t8."name" ILIKE $9::text::"public"."citext"
    ORDER BY t8."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t9."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t9
    WHERE t9."name" NOT ILIKE $10::text::"public"."citext"
    ORDER BY t9."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t10."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t10
    WHERE t10."name" ~ $11::text::"public"."citext"
    ORDER BY t10."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t11."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t11
    WHERE t11."name" !~ $12::text::"public"."citext"
    ORDER BY t11."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t12."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t12
    WHERE t12."name" ~* $13::text::"public"."citext"
    ORDER BY t12."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t13."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t13
    WHERE t13."name" !~* $14::text::"public"."citext"
    ORDER BY t13."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t14."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t14
    WHERE t14."name" SIMILAR TO $15::text::"public"."citext"
    ORDER BY t14."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t15."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t15
    WHERE t15."name" NOT SIMILAR TO $16::text::"public"."citext"
    ORDER BY t15."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t16."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t16
    WHERE t16."name" = ANY ($17::text[]::"public"."citext"[])
    ORDER BY t16."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t17."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t17
    WHERE t17."name" = ANY ($18::text[]::"public"."citext"[])
    ORDER BY t17."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t18."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t18
    WHERE t18."name" <> ALL ($19::text[]::"public"."citext"[])
    ORDER BY t18."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t19."id"::int4::text || '}' AS o
    FROM "public"."thing" AS t19
    WHERE t19."name" IS NULL
    ORDER BY t19."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t20."id"::int4::text || ',"name":' || coalesce(to_json(t20."name")::text, 'null') || ',"alias":' || coalesce(to_json(t20."alias")::text, 'null') || '}' AS o
    FROM "public"."thing" AS t20
    WHERE t20."alias" = $20::text::"public"."citext" AND t20."alias" LIKE $21::text::"public"."citext"
    ORDER BY t20."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "ALPHA"
-- $2: "ALPHA"
-- $3: "ALPHA"
-- $4: "ALPHA"
-- $5: "ALPHA"
-- $6: "ALPHA"
-- $7: "ALPHA"
-- $8: "ALPHA"
-- $9: "ALPHA"
-- $10: "ALPHA"
-- $11: "ALPHA"
-- $12: "ALPHA"
-- $13: "ALPHA"
-- $14: "ALPHA"
-- $15: "ALPHA"
-- $16: "ALPHA"
-- $17: ["ALPHA", "x"]
-- $18: []
-- $19: ["ALPHA"]
-- $20: "a"
-- $21: "A%"
