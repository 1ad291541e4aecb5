SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."page" AS t0
    WHERE t0."words" @@ websearch_to_tsquery($1::text)
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || '}' AS o
    FROM "public"."page" AS t1
    WHERE to_tsvector(t1."title") @@ websearch_to_tsquery($2::text)
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || ',"words":' || coalesce(to_json(t2."words")::text, 'null') || '}' AS o
    FROM "public"."page" AS t2
    WHERE to_tsvector(t2."body") @@ websearch_to_tsquery($3::text)
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t3."id"::int4::text || '}' AS o
    FROM "public"."page" AS t3
    WHERE t3."words" @@ websearch_to_tsquery($4::text)
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "\"apple keep\" or pear -plum"
-- $2: "RED or plums"
-- $3: "longer -plums"
-- $4: ""
