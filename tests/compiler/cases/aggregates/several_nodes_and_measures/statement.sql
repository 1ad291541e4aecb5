SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM "public"."album" AS t0
  ORDER BY t0."album_id"
  LIMIT least($1::int8, 100001)
) SELECT '{"a":' || (
  SELECT '{"count":' || count(*)::text || '}'
  FROM t1 HAVING true
) || ',"b":' || (
  SELECT '{"max":' || '{"title":' || coalesce(selfgraph.json_string(max(t1."title")), 'null') || '}' || '}'
  FROM t1 HAVING true
) || ',"n":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t2."title") || '}' AS o
    FROM t1 AS t2
    ORDER BY t2."album_id"
  ) AS r
) || ',"m":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"track":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"name":' || selfgraph.json_string(t4."name") || '}' AS o
        FROM "public"."track" AS t4
        WHERE t4."album_id" = t3."album_id"
        ORDER BY t4."track_id"
        LIMIT least($2::int8, 100001)
      ) AS r
    ) || '}' AS o
    FROM t1 AS t3
    ORDER BY t3."album_id"
  ) AS r
) || '}'), 'UTF8'), convert_to((WITH t6 AS (
  SELECT t5.*
  FROM "public"."genre" AS t5
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || '}'
  FROM t6 HAVING true
) || '}'), 'UTF8')
-- $1: "2"
-- $2: "1"
