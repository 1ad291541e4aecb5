BEGIN;

WITH w AS (INSERT INTO "public"."artist" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["Cid"]

WITH w AS (INSERT INTO "public"."album" AS t0 ("title", "artist_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["One"]
-- $2: ["3"]

WITH w AS (INSERT INTO "public"."song" AS t0 ("title", "album_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS v0, NULL::text AS v1, t0."id" AS v3) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["a"]
-- $2: ["2"]

WITH w AS (INSERT INTO "public"."tag" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."name" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["loud"]

WITH w AS (INSERT INTO "public"."song_tag" AS t0 ("note", "tag_name", "song_id") SELECT c0::text, c1::text, c2::int4
FROM unnest($1::text[], $2::text[], $3::text[]) AS r(c0, c1, c2) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["new"]
-- $2: ["loud"]
-- $3: ["1"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."album_id" AS "album_id", (u.written)."title" AS "title", (u.written)."seconds" AS "seconds", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."song" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."song"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || CASE WHEN t1."id" IS NULL THEN ',"album":null,"songTag":' ELSE ',"album":{"title":' || selfgraph.json_string(t1."title") || CASE WHEN t2."id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || selfgraph.json_string(t2."name") || '}}' END || ',"songTag":' END || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"note":' || coalesce(selfgraph.json_string(t3."note"), 'null') || CASE WHEN t4."name" IS NULL THEN ',"tag":null}' ELSE ',"tag":{"name":' || selfgraph.json_string(t4."name") || ',"uses":' || t4."uses"::int4::text || '}}' END AS o
      FROM "public"."song_tag" AS t3
      LEFT JOIN "public"."tag" AS t4 ON t4."name" = t3."tag_name"
      WHERE t3."song_id" = t0."id"
      ORDER BY t3."song_id", t3."tag_name"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM w AS t0
  LEFT JOIN "public"."album" AS t1 ON t1."id" = t0."album_id"
  LEFT JOIN "public"."artist" AS t2 ON t2."id" = t1."artist_id"
), 'null'), 'UTF8')
-- $1: ["(1,2,a,)"]
-- $2: [null]

COMMIT;
