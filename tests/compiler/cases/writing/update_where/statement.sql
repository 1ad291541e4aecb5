WITH w AS (UPDATE "public"."author" AS t0 SET "mood" = $1::text::"public"."mood", "live" = $2::text::bool, "tags" = $3::text[], "document" = NULL, "stock" = t0."stock" + $4::int4
WHERE t0."stock" > $5::int4 AND NOT (EXISTS (
  SELECT 1
  FROM "public"."book" AS t1
  WHERE t1."author_id" = t0."id" AND t1."title" = $6::text::varchar
)) RETURNING t0."name", t0."mood", t0."live", t0."tags", t0."stock", t0."document", t0."id") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t2."name") || ',"mood":' || coalesce(to_json(t2."mood")::text, 'null') || ',"live":' || coalesce(t2."live"::bool::text, 'null') || ',"tags":' || coalesce(to_json(t2."tags")::text, 'null') || ',"stock":' || t2."stock"::int4::text || ',"document":' || coalesce(t2."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t2
    ORDER BY t2."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "happy"
-- $2: "false"
-- $3: ["t"]
-- $4: "10"
-- $5: "1"
-- $6: "Nothing"
