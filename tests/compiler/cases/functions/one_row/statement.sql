SELECT convert_to(coalesce((
  SELECT '{"id":' || t0."id"::int4::text || CASE WHEN t1."id" IS NULL THEN ',"author":null}' ELSE ',"author":{"id":' || t1."id"::int4::text || '}}' END AS o
  FROM (
    SELECT s.*
    FROM "public"."newest"() AS s
    WHERE NOT (s.* IS NULL)
  ) AS t0
  LEFT JOIN "public"."author" AS t1 ON t1."id" = t0."author_id"
), 'null'), 'UTF8'), convert_to(coalesce((
  SELECT '{"id":' || t2."id"::int4::text || '}' AS o
  FROM (
    SELECT s.*
    FROM "public"."nobody"() AS s
    WHERE NOT (s.* IS NULL)
  ) AS t2
), 'null'), 'UTF8')
