SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."author" AS t0
    WHERE ("public"."full_name"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author") ILIKE $1::text OR "public"."words_written"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author") > $2::int8 OR EXISTS (
      SELECT 1
      FROM "public"."articles_about"(ROW(t0."id", t0."first_name", t0."last_name", t0."born")::"public"."author") AS t1
      WHERE EXISTS (
        SELECT 1
        FROM "public"."author" AS t2
        WHERE t2."id" = t1."author_id" AND "public"."full_name"(ROW(t2."id", t2."first_name", t2."last_name", t2."born")::"public"."author") = $3::text
      )
    ) OR EXISTS (
      SELECT 1
      FROM "public"."article" AS t3
      WHERE t3."author_id" = t0."id" AND "public"."full_name"(ROW(t3."id", t3."author_id", t3."title", t3."words")::"public"."article") IS NULL
    ))
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "%ada%"
-- $2: "300"
-- $3: "Roger Chris"
