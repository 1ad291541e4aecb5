SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."author_id") t0.*
      FROM "public"."search_articles"($1::text) AS t0
      ORDER BY t0."author_id", t0."id"
      LIMIT 100001
    ) AS t0
    ORDER BY t0."author_id", t0."id"
  ) AS r
), 'UTF8')
-- $1: "on"
