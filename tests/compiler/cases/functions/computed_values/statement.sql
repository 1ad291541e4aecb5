SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || coalesce(selfgraph.json_string("public"."full_name"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author")), 'null') || ',"greeting":' || coalesce(selfgraph.json_string("public"."greeting"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author", $1::text)), 'null') || ',"wordsWritten":' || coalesce("public"."words_written"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author")::text, 'null') || '}' AS o
    FROM "public"."author" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || coalesce(selfgraph.json_string("public"."full_name"(ROW(t1."id", t1."author_id", t1."title", t1."words")::"public"."article")), 'null') || '}' AS o
    FROM "public"."article" AS t1
    ORDER BY t1."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "Hello"
