BEGIN;

WITH w AS (INSERT INTO "public"."ticket" AS t0 SELECT
FROM unnest($1::text[]) RETURNING t0 AS v0, NULL::text AS v1, t0."id" AS v3) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["1"]

WITH w AS (INSERT INTO "public"."stub" AS t0 ("ticket_id") SELECT c0::int4
FROM unnest($1::text[]) AS r(c0) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["1", "1"]

WITH w AS (
  SELECT (u.written)."id" AS "id", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."ticket" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."ticket"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(coalesce((
  SELECT '{"id":' || t0."id"::int4::text || ',"stub":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"id":' || t1."id"::int4::text || '}' AS o
      FROM "public"."stub" AS t1
      WHERE t1."ticket_id" = t0."id"
      ORDER BY t1."id"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM w AS t0
), 'null'), 'UTF8')
-- $1: ["(1)"]
-- $2: [null]

WITH w AS (INSERT INTO "public"."ticket" AS t0 SELECT
FROM unnest($1::text[]) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["1", "1"]

WITH w AS (INSERT INTO "public"."stub" AS t0 ("ticket_id") SELECT c0::int4
FROM unnest($1::text[]) AS r(c0) RETURNING t0 AS v0, NULL::text AS v1) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[]
FROM w
-- $1: ["2", "3"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."ticket_id" AS "ticket_id", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."stub" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."stub"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to('{"affectedRows":' || $3::text || '}', 'UTF8')
-- $1: ["(3,2)", "(4,3)"]
-- $2: [null, null]
-- $3: "4"

COMMIT;
