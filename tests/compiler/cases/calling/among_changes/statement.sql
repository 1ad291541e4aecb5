BEGIN;

INSERT INTO "public"."player" AS t0 ("id", "name") VALUES ($1::text::int4, $2::text::text) RETURNING convert_to('{"id":' || t0."id"::int4::text || '}', 'UTF8')
-- $1: "4"
-- $2: "Adele"

SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"score":' || t0."score"::int4::text || '}' AS o
    FROM "public"."add_points"($1::text) AS t0
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "ade"

UPDATE "public"."player" AS t0 SET "score" = t0."score" + $1::int4
WHERE t0."id" = $2::int4 RETURNING convert_to('{"score":' || t0."score"::int4::text || '}', 'UTF8')
-- $1: "1"
-- $2: "4"

COMMIT;
