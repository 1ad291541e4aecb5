BEGIN;

SELECT coalesce(array_agg((s.*)::text), '{}')
FROM "public"."promote"($1::int4) AS s
WHERE NOT (s.* IS NULL)
-- $1: "2"

SELECT convert_to(coalesce((
  SELECT '{"score":' || t0."score"::int4::text || '}' AS o
  FROM (
    SELECT s.*
    FROM unnest($1::text[]::"public"."player"[]) AS s
    WHERE NOT (s.* IS NULL)
  ) AS t0
), 'null'), 'UTF8')
-- $1: ["(2,Bob,1020)"]

SELECT coalesce(array_agg((s.*)::text), '{}')
FROM "public"."promote"($1::int4) AS s
WHERE NOT (s.* IS NULL)
-- $1: "9"

SELECT convert_to(coalesce((
  SELECT '{"score":' || t0."score"::int4::text || '}' AS o
  FROM (
    SELECT s.*
    FROM unnest($1::text[]::"public"."player"[]) AS s
    WHERE NOT (s.* IS NULL)
  ) AS t0
), 'null'), 'UTF8')
-- $1: []

COMMIT;
