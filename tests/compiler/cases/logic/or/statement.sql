SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM "public"."genre" AS t0
    WHERE (t0."name" = $1::text::varchar OR t0."name" = $2::text::varchar)
    ORDER BY t0."genre_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "Rock"
-- $2: "Jazz"
