BEGIN;

WITH w AS (INSERT INTO "public"."book" AS t0 ("author_id", "title") SELECT c0::int4, c1::varchar
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS row, (NULL)::text AS version) SELECT coalesce(array_agg(w.row::text), '{}'), coalesce(array_agg(w.version), '{}')
FROM w
-- $1: ["2"]
-- $2: ["More"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."author_id" AS "author_id", (u.written)."title" AS "title", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."book" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."book"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(CASE WHEN EXISTS (
  SELECT
  FROM w AS t1
  WHERE NOT (EXISTS (
    SELECT 1
    FROM "public"."author" AS t2
    WHERE t2."id" = t1."author_id" AND t2."live" = $3::text::bool
  )) IS TRUE
) THEN selfgraph.refuse_row('public', 'book') ELSE coalesce((
  SELECT '{"title":' || coalesce(selfgraph.json_string(t0."title"), 'null') || '}' AS o
  FROM w AS t0
), 'null') END, 'UTF8')
-- $1: ["(4,2,More)"]
-- $2: [null]
-- $3: "true"

COMMIT;
