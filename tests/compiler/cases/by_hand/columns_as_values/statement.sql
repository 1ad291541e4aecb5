SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || selfgraph.json_string(t0."name") || ',"namesakes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"id":' || t1."id"::int4::text || '}' AS o
        FROM "public"."person" AS t1
        WHERE t1."name" = t0."name"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."name") t0.*
      FROM "public"."person" AS t0
      ORDER BY t0."name" DESC, t0."id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    ORDER BY t0."name" DESC, t0."id"
  ) AS r
), 'UTF8')
-- $1: "2"
