BEGIN;

WITH w AS (UPDATE "public"."author" AS t0 SET "document" = t0."document" || $1::text::jsonb
WHERE t0."id" = $2::int4 RETURNING t0."document", t0."id") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"document":' || coalesce(t1."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "{\"died\":1852}"
-- $2: "1"

WITH w AS (UPDATE "public"."author" AS t0 SET "document" = t0."document" - $1::text
WHERE t0."id" = $2::int4 RETURNING t0."document", t0."id") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"document":' || coalesce(t1."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "born"
-- $2: "1"

WITH w AS (UPDATE "public"."author" AS t0 SET "document" = t0."document" #- $1::text[]
WHERE t0."id" = $2::int4 RETURNING t0."document", t0."id") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"document":' || coalesce(t1."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: ["tags", "0"]
-- $2: "1"

WITH w AS (UPDATE "public"."author" AS t0 SET "document" = $1::text::jsonb || t0."document"
WHERE t0."id" = $2::int4 RETURNING t0."document", t0."id") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"document":' || coalesce(t1."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "[0]"
-- $2: "2"

WITH w AS (UPDATE "public"."author" AS t0 SET "document" = t0."document" - $1::int4
WHERE t0."id" = $2::int4 RETURNING t0."document", t0."id") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"document":' || coalesce(t1."document"::jsonb::text, 'null') || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "-1"
-- $2: "2"

COMMIT;
