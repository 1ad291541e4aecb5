WITH w AS (INSERT INTO "public"."author" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."id", t0."name") SELECT convert_to(coalesce((
  SELECT '{"id":' || t1."id"::text || ',"name":' || to_json(t1."name")::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: ["Dan"]
