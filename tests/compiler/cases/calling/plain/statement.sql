SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"score":' || t0."score"::int4::text || '}' AS o
    FROM "public"."add_points"($1::text, $2::int4) AS t0
    ORDER BY t0."name" DESC, t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "ada"
-- $2: "5"
