WITH w AS (INSERT INTO "public"."author" AS t0 ("name", "mood", "live", "tags", "document", "stock", "code") SELECT c0::text, c1::"public"."mood", c2::bool, c3::text[], c4::jsonb, c5::int4, c6::varchar
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS r(c0, c1, c2, c3, c4, c5, c6) RETURNING t0."id", t0."name", t0."mood", t0."live", t0."tags", t0."document", t0."stock", t0."code", t0."loud") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT ('{"id":' || t1."id"::int4::text || ',"name":' || selfgraph.json_string(t1."name") || ',"mood":' || coalesce(to_json(t1."mood")::text, 'null') || ',"live":' || coalesce(t1."live"::bool::text, 'null') || ',"tags":') || (coalesce(to_json(t1."tags")::text, 'null') || ',"document":' || coalesce(t1."document"::jsonb::text, 'null') || ',"stock":' || t1."stock"::int4::text || ',"code":' || coalesce(selfgraph.json_string(t1."code"), 'null') || ',"loud":' || coalesce(selfgraph.json_string(t1."loud"), 'null') || '}') AS o
    FROM w AS t1
  ) AS r
) || '}', 'UTF8')
-- $1: ["Dan", "Eve"]
-- $2: ["sad", null]
-- $3: ["false", null]
-- $4: ["{\"a\\\"b\\\\c\",NULL,\"{}\"}", null]
-- $5: ["{\"k\":[1,null,\"'\"]}", null]
-- $6: ["9", "1"]
-- $7: ["x", null]
