SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT ('{"street":' || coalesce((t0."spec" #> $1::text[])::text, 'null') || ',"no":' || coalesce((t0."spec" #> $2::text[])::text, 'null') || ',"last":' || coalesce((t0."spec" #> $3::text[])::text, 'null') || ',"spaced":' || coalesce((t0."spec" #> $4::text[])::text, 'null') || ',"null":' || coalesce((t0."spec" #> $5::text[])::text, 'null')) || (',"whole":' || coalesce((t0."spec" #> $6::text[])::text, 'null') || ',"all":' || t0."spec"::jsonb::text || ',"item":' || coalesce((t0."spec" #> $7::text[])::text, 'null') || ',"raw":' || coalesce((t0."raw" #> $8::text[])::text, 'null') || ',"parts":' || coalesce(to_json(t0."parts")::text, 'null') || '}') AS o
    FROM "public"."product" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["city", "street"]
-- $2: ["city", "street", "0", "no"]
-- $3: ["city", "street", "-1"]
-- $4: ["a b"]
-- $5: ["é"]
-- $6: []
-- $7: ["1", "size"]
-- $8: ["a"]
