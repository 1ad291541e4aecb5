BEGIN;

WITH w AS (INSERT INTO "public"."author" AS t0 ("name", "code", "mood") SELECT c0::text, $2::text::varchar, $3::text::"public"."mood"
FROM unnest($4::text[]) AS r(c0) RETURNING t0 AS v0, NULL::text AS v1, t0."id" AS v3, (t0."stock" <= $1::int4) IS TRUE AS ok) SELECT (CASE WHEN NOT bool_and(w.ok) THEN selfgraph.refuse_row('public', 'author') ELSE count(*)::text END)::int8, array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: "50"
-- $2: "abc"
-- $3: "happy"
-- $4: ["Dan"]

WITH w AS (INSERT INTO "public"."book" AS t0 ("title", "author_id") SELECT c0::varchar, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS v0, NULL::text AS v1) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[]
FROM w
-- $1: ["One", "Two"]
-- $2: ["4", "4"]

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
) SELECT CASE WHEN EXISTS (
  SELECT
  FROM w AS t0
  WHERE NOT (EXISTS (
    SELECT 1
    FROM "public"."author" AS t1
    WHERE t1."id" = t0."author_id" AND t1."live" = $3::text::bool
  )) IS TRUE
) THEN selfgraph.refuse_row('public', 'book') ELSE NULL END
-- $1: ["(4,4,One)", "(5,4,Two)"]
-- $2: [null, null]
-- $3: "true"

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."name" AS "name", (u.written)."mood" AS "mood", (u.written)."live" AS "live", (u.written)."tags" AS "tags", (u.written)."document" AS "document", (u.written)."stock" AS "stock", (u.written)."code" AS "code", (u.written)."loud" AS "loud", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."author" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."author"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(coalesce((
  SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"book":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || coalesce(selfgraph.json_string(t2."title"), 'null') || '}' AS o
      FROM "public"."book" AS t2
      WHERE t2."author_id" = t0."id"
      ORDER BY t2."id"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM (
    SELECT t1.*
    FROM w AS t1
    WHERE t1."live" = $3::text::bool
  ) AS t0
), 'null'), 'UTF8')
-- $1: ["(4,Dan,happy,t,{new},,5,abc,DAN)"]
-- $2: [null]
-- $3: "true"

COMMIT;
