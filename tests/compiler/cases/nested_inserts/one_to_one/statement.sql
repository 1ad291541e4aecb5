BEGIN;

WITH w AS (INSERT INTO "public"."artist" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0 AS v0, NULL::text AS v1, t0."id" AS v3) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["Cid"]

WITH w AS (INSERT INTO "public"."biography" AS t0 ("body", "artist_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["Born."]
-- $2: ["3"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."name" AS "name", (u.written)."rank" AS "rank", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."artist" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."artist"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(coalesce((
  SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."artist_id" IS NULL THEN ',"biography":null}' ELSE ',"biography":{"body":' || selfgraph.json_string(t1."body") || '}}' END AS o
  FROM w AS t0
  LEFT JOIN "public"."biography" AS t1 ON t1."artist_id" = t0."id"
), 'null'), 'UTF8')
-- $1: ["(3,Cid,1)"]
-- $2: [null]

COMMIT;
