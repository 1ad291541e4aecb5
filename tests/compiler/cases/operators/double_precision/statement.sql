SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t0
    WHERE t0."approximate" = $1::float8
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t1
    WHERE t1."approximate" <> $2::float8
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t2
    WHERE t2."approximate" > $3::float8
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t3
    WHERE t3."approximate" >= $4::float8
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t4
    WHERE t4."approximate" < $5::float8
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t5
    WHERE t5."approximate" <= $6::float8
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t6."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t6
    WHERE t6."approximate" = ANY ($7::text[]::float8[])
    ORDER BY t6."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t7."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t7
    WHERE t7."approximate" = ANY ($8::text[]::float8[])
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t8."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t8
    WHERE t8."approximate" <> ALL ($9::text[]::float8[])
    ORDER BY t8."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t9."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t9
    WHERE t9."approximate" <> ALL ($10::text[]::float8[])
    ORDER BY t9."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t10."id"::int4::text || '}' AS o
    FROM "public"."specimen" AS t10
    WHERE t10."approximate" IS NULL
    ORDER BY t10."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t11."id"::int4::text || ',"approximate":' || coalesce(to_json(t11."approximate"::float8)::text, 'null') || '}' AS o
    FROM "public"."specimen" AS t11
    WHERE t11."approximate" IS NOT NULL
    ORDER BY t11."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "0.5"
-- $2: "0.5"
-- $3: "0.5"
-- $4: "0.5"
-- $5: "0.5"
-- $6: "0.5"
-- $7: ["1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160"]
-- $8: []
-- $9: ["1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160"]
-- $10: []
