SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM (
      SELECT t0.*
      FROM "public"."search_articles"($1::text) AS t0
      WHERE EXISTS (
        SELECT 1
        FROM "public"."author" AS t1
        WHERE t1."id" = t0."author_id" AND t1."first_name" = $2::text
      )
      ORDER BY t0."id"
      LIMIT least($3::int8, 100001)
      OFFSET $4::int8
    ) AS t0
    ORDER BY t0."id"
  ) AS r
), 'UTF8')
-- $1: "on"
-- $2: "Daniel"
-- $3: "1"
-- $4: "1"
