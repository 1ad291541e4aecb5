SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM "public"."track" AS t0
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || ',"composers":' || count(t1."composer")::text || ',"different":' || count(DISTINCT t1."composer")::text || ',"both":' || count(*) FILTER (WHERE t1."composer" IS NOT NULL AND t1."genre_id" IS NOT NULL)::text || ',"pairs":' || count(DISTINCT (t1."composer", t1."genre_id")) FILTER (WHERE t1."composer" IS NOT NULL AND t1."genre_id" IS NOT NULL)::text || ',"rows":' || count(*)::text || ',"none":' || count(*)::text || '}'
  FROM t1 HAVING true
) || '}'), 'UTF8')
