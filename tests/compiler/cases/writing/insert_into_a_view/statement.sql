WITH w AS (INSERT INTO "public"."lively" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."id", t0."name", t0."more") SELECT convert_to(coalesce((
  SELECT '{"id":' || coalesce(t1."id"::text, 'null') || ',"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"more":' || coalesce(t1."more"::text, 'null') || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: ["Dan"]
