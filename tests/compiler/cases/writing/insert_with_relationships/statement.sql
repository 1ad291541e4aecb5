BEGIN;

WITH w AS (INSERT INTO "public"."book" AS t0 ("author_id", "title") SELECT c0::int4, c1::varchar
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS row, (NULL)::text AS version) SELECT coalesce(array_agg(w.row::text), '{}'), coalesce(array_agg(w.version), '{}')
FROM w
-- $1: ["2", "1"]
-- $2: ["Second", "Third"]

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
) SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || coalesce(selfgraph.json_string(t0."title"), 'null') || CASE WHEN t1."id" IS NULL THEN ',"author":null}' ELSE ',"author":{"name":' || selfgraph.json_string(t1."name") || ',"book":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || coalesce(selfgraph.json_string(t2."title"), 'null') || '}' AS o
        FROM "public"."book" AS t2
        WHERE t2."author_id" = t1."id"
        ORDER BY t2."id" DESC
        LIMIT 100001
      ) AS r
    ) || ',"bookAggregate":' || (WITH t4 AS (
      SELECT t3.*
      FROM "public"."book" AS t3
      WHERE t3."author_id" = t1."id"
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(*)::text || '}'
      FROM t4 HAVING true
    ) || '}') || '}}' END AS o
    FROM w AS t0
    LEFT JOIN "public"."author" AS t1 ON t1."id" = t0."author_id"
    ORDER BY t0."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["(4,2,Second)", "(5,1,Third)"]
-- $2: [null, null]

COMMIT;
