SELECT convert_to(coalesce((
  SELECT '{"__typename":"Genre","kind":"Genre","track":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"__typename":"Track"' || CASE WHEN t2."media_type_id" IS NULL THEN ',"mediaType":null}' ELSE ',"mediaType":{"__typename":"MediaType"}}' END AS o
      FROM (
        SELECT t1.*
        FROM "public"."track" AS t1
        WHERE t1."genre_id" = t0."genre_id"
        ORDER BY t1."track_id"
        LIMIT least($1::int8, 100001)
      ) AS t1
      LEFT JOIN "public"."media_type" AS t2 ON t2."media_type_id" = t1."media_type_id"
      ORDER BY t1."track_id"
    ) AS r
  ) || '}' AS o
  FROM "public"."genre" AS t0
  WHERE t0."genre_id" = $2::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
