SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || ',"rooms":' || coalesce(to_json(t0."rooms")::text, 'null') || ',"stay":' || to_json(t0."stay")::text || ',"season":' || coalesce(to_json(t0."season")::text, 'null') || ',"price":' || coalesce(to_json(t0."price")::text, 'null') || ',"hours":' || coalesce(to_json(t0."hours")::text, 'null') || ',"closed":' || coalesce(to_json(t0."closed")::text, 'null') || '}' AS o
    FROM "public"."booking" AS t0
    WHERE t0."rooms" @> $1::text::int4range
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."booking" AS t1
    WHERE t1."rooms" <@ $2::text::int4range
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."booking" AS t2
    WHERE t2."stay" && $3::text::tstzrange AND t2."season" && $4::text::daterange
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."booking" AS t3
    WHERE t3."rooms" << $2::text::int4range
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t4."id"::int4::text || '}' AS o
    FROM "public"."booking" AS t4
    WHERE t4."price" >> $5::text::numrange
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."booking" AS t5
    WHERE t5."hours" -|- $6::text::"public"."span"
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "[2,4)"
-- $2: "[5,9)"
-- $3: "[2026-01-02T00:00Z,2026-01-02T01:00Z]"
-- $4: "[2026-02-01,2026-03-01)"
-- $5: "[0.1,0.5]"
-- $6: "[17:00,18:00)"
