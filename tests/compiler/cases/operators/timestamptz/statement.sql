SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t0
    WHERE t0."moment" = $1::text::timestamptz
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t1
    WHERE t1."moment" <> $2::text::timestamptz
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t2
    WHERE t2."moment" > $3::text::timestamptz
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t3
    WHERE t3."moment" >= $4::text::timestamptz
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t4
    WHERE t4."moment" < $5::text::timestamptz
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t5
    WHERE t5."moment" <= $6::text::timestamptz
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t6."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t6
    WHERE t6."moment" = ANY ($7::text[]::timestamptz[])
    ORDER BY t6."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t7
    WHERE t7."moment" = ANY ($8::text[]::timestamptz[])
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t8."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t8
    WHERE t8."moment" <> ALL ($9::text[]::timestamptz[])
    ORDER BY t8."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t9."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t9
    WHERE t9."moment" <> ALL ($10::text[]::timestamptz[])
    ORDER BY t9."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t10."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t10
    WHERE t10."moment" IS NULL
    ORDER BY t10."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t11."id"::int4::text || ',"moment":' || coalesce(to_json(t11."moment")::text, 'null') || '}' AS o
    FROM "public"."specimen" AS t11
    WHERE t11."moment" IS NOT NULL
    ORDER BY t11."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "2026-01-01T13:00:00+01:00"
-- $2: "2026-01-01T13:00:00+01:00"
-- $3: "2026-01-01T13:00:00+01:00"
-- $4: "2026-01-01T13:00:00+01:00"
-- $5: "2026-01-01T13:00:00+01:00"
-- $6: "2026-01-01T13:00:00+01:00"
-- $7: ["2026-06-30T12:00:00Z"]
-- $8: []
-- $9: ["2026-06-30T12:00:00Z"]
-- $10: []
