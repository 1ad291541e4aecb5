SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || selfgraph.json_string(t0."name") || CASE WHEN t1."person_id" IS NULL THEN ',"statistics":null}' ELSE ',"statistics":{"visits":' || coalesce(t1."visits"::int8::text, 'null') || ',"first":' || coalesce(t1."first"::int4::text, 'null') || '}}' END AS o
    FROM "public"."person" AS t0
    LEFT JOIN LATERAL (
      SELECT t2.*
      FROM "public"."traveller" AS t2
      WHERE t2."person_id" = t0."id"
      LIMIT 1
    ) AS t1 ON TRUE
    ORDER BY t1."visits" DESC NULLS LAST, t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
