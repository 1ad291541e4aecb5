WITH w AS (DELETE
FROM "public"."book" AS t0 RETURNING t0."id") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || '}', 'UTF8')
