SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(to_json(t0."name")::text, 'null') || '}' AS o
    FROM "public"."thing" AS t0
    WHERE t0."name" = ANY ($1::text[]::"public"."citext"[]) AND t0."name" LIKE $2::text::"public"."citext"
    ORDER BY t0."name" DESC, t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["ALPHA", "BETA"]
-- $2: "%A"
