WITH w AS (INSERT INTO "public"."author" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING 1 AS one) SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || '}', 'UTF8')
-- $1: ["Dan"]
