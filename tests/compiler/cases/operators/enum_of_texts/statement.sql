SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t0
    WHERE t0."answer" = $1::text::"public"."awkward"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t1
    WHERE t1."answer" <> $2::text::"public"."awkward"
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t2
    WHERE t2."answer" > $3::text::"public"."awkward"
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t3
    WHERE t3."answer" >= $4::text::"public"."awkward"
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t4
    WHERE t4."answer" < $5::text::"public"."awkward"
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t5
    WHERE t5."answer" <= $6::text::"public"."awkward"
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t6."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t6
    WHERE t6."answer" = ANY ($7::text[]::"public"."awkward"[])
    ORDER BY t6."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t7
    WHERE t7."answer" = ANY ($8::text[]::"public"."awkward"[])
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t8."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t8
    WHERE t8."answer" <> ALL ($9::text[]::"public"."awkward"[])
    ORDER BY t8."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t9."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t9
    WHERE t9."answer" <> ALL ($10::text[]::"public"."awkward"[])
    ORDER BY t9."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t10."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t10
    WHERE t10."answer" IS NULL
    ORDER BY t10."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t11."id"::int4::text || ',"answer":' || coalesce(to_json(t11."answer")::text, 'null') || '}' AS o
    FROM "public"."specimen" AS t11
    WHERE t11."answer" IS NOT NULL
    ORDER BY t11."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "3"
-- $2: "3"
-- $3: "3"
-- $4: "3"
-- $5: "3"
-- $6: "3"
-- $7: ["one two"]
-- $8: []
-- $9: ["one two"]
-- $10: []
