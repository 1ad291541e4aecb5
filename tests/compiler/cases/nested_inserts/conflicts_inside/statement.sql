BEGIN;

WITH w AS (INSERT INTO "public"."song" AS t0 ("album_id", "title") SELECT c0::int4, c1::text
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["1", "1"]
-- $2: ["a", "b"]

WITH w AS (INSERT INTO "public"."tag" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) ON CONFLICT ON CONSTRAINT "tag_name" DO UPDATE SET "name" = excluded."name" RETURNING t0."name" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["calm"]

WITH w AS (INSERT INTO "public"."song_tag" AS t0 ("song_id", "tag_name") SELECT c0::int4, c1::text
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS v0, NULL::text AS v1) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[]
FROM w
-- $1: ["1", "2"]
-- $2: ["calm", "calm"]

WITH w AS (
  SELECT (u.written)."song_id" AS "song_id", (u.written)."tag_name" AS "tag_name", (u.written)."note" AS "note", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."song_tag" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."song_tag"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to('{"affectedRows":' || $3::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."name" IS NULL THEN '{"tag":null}' ELSE '{"tag":{"name":' || selfgraph.json_string(t1."name") || ',"uses":' || t1."uses"::int4::text || '}}' END AS o
    FROM w AS t0
    LEFT JOIN "public"."tag" AS t1 ON t1."name" = t0."tag_name"
    ORDER BY t0."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["(1,calm,)", "(2,calm,)"]
-- $2: [null, null]
-- $3: "6"

COMMIT;
