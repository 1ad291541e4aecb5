SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"visits":' || coalesce(t0."visits"::int8::text, 'null') || CASE WHEN t1."id" IS NULL THEN ',"person":null}' ELSE ',"person":{"fullName":' || selfgraph.json_string(t1."name") || '}}' END AS o
    FROM "public"."traveller" AS t0
    LEFT JOIN "public"."person" AS t1 ON t1."id" = t0."person_id"
    WHERE t0."visits" > $1::int8
    ORDER BY t1."name" DESC
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "1"
