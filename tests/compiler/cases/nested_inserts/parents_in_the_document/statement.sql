BEGIN;

WITH w AS (INSERT INTO "public"."artist" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["Cid"]

WITH w AS (INSERT INTO "public"."artist" AS t0 ("name", "rank") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["Dan"]
-- $2: ["9"]

WITH w AS (INSERT INTO "public"."album" AS t0 ("title", "artist_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS v0, NULL::text AS v1) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[]
FROM w
-- $1: ["One", "Two"]
-- $2: ["3", "4"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."artist_id" AS "artist_id", (u.written)."title" AS "title", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."album" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."album"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to('{"affectedRows":' || $3::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || CASE WHEN t1."id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || selfgraph.json_string(t1."name") || ',"rank":' || t1."rank"::int4::text || '}}' END AS o
    FROM w AS t0
    LEFT JOIN "public"."artist" AS t1 ON t1."id" = t0."artist_id"
    ORDER BY t0."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["(2,3,One)", "(3,4,Two)"]
-- $2: [null, null]
-- $3: "4"

COMMIT;
