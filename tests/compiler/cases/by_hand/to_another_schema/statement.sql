SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || selfgraph.json_string(t0."name") || ',"notes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"note":' || coalesce(selfgraph.json_string(t1."note"), 'null') || '}' AS o
        FROM "archive"."person" AS t1
        WHERE t1."person_id" = t0."id"
        ORDER BY t1."note" DESC
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."person" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM "archive"."person" AS t2
        WHERE t2."person_id" = t0."id"
      ) AS t3
      WHERE t3."value" > $1::int8
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "0"
