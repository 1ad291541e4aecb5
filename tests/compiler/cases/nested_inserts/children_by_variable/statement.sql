BEGIN;

WITH w AS (INSERT INTO "public"."artist" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0 AS v0, NULL::text AS v1, t0."id" AS v3) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["Cid", "Dan"]

WITH w AS (INSERT INTO "public"."album" AS t0 ("title", "artist_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["One", "Two"]
-- $2: ["3", "3"]

WITH w AS (INSERT INTO "public"."song" AS t0 ("title", "album_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["a", "b", "c"]
-- $2: ["2", "2", "3"]

WITH w AS (INSERT INTO "public"."album" AS t0 ("title", "artist_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["Three"]
-- $2: ["4"]

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
) SELECT convert_to('{"affectedRows":' || $3::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"album":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t1."title") || ',"song":' || (
          SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
          FROM (
            SELECT '{"title":' || selfgraph.json_string(t2."title") || '}' AS o
            FROM "public"."song" AS t2
            WHERE t2."album_id" = t1."id"
            ORDER BY t2."id"
            LIMIT 100001
          ) AS r
        ) || '}' AS o
        FROM "public"."album" AS t1
        WHERE t1."artist_id" = t0."id"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM w AS t0
    ORDER BY t0."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["(3,Cid,1)", "(4,Dan,1)"]
-- $2: [null, null]
-- $3: "8"

COMMIT;
