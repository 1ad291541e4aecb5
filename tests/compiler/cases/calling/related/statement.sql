BEGIN;

SELECT coalesce(array_agg((s.*)::text), '{}')
FROM "public"."add_points"($1::text) AS s
-- $1: "ada"

SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"total":' || coalesce("public"."total"(ROW(t0."id", t0."name", t0."score")::"public"."player")::text, 'null') || ',"round":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"points":' || t1."points"::int4::text || '}' AS o
        FROM "public"."round" AS t1
        WHERE t1."player_id" = t0."id"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM unnest($1::text[]::"public"."player"[]) AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."round" AS t2
      WHERE t2."player_id" = t0."id" AND t2."points" = $2::int4
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["(1,Ada,11)", "(3,Adam,31)"]
-- $2: "1"

COMMIT;
