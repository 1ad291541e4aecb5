"""The queries over pg_catalog that read everything the table API serves, as texts, or what of it has changed.

They are JSON documents: the types, the functions, and one of each table. To make those of the tables is what takes
time, and most tables are as they were: so each has a signature, made of which rows of the catalog it is described by
and of the transactions that wrote them, and a table whose signature the caller knows is left out. Of thousands of
tables to make the signatures takes time too: who has been told which tables changed asks for those alone.
"""

from __future__ import annotations

from typing import Final, LiteralString

SEPARATOR: Final = "\x1e"
"""What stands between the documents of tables; in JSON it can only be escaped."""

# $1: the exposed schemas, text[]; $2: the signatures of tables that are known, one in each line; $3: the surroundings
# in which they were. Types are listed once and named by their oid; what belongs to an extension, a partition of a
# partitioned table and a table the caller may not use at all are left out. Works from PostgreSQL 14 on.
#
# `facts` has to name every row of the catalog that the document of a table is made from, and `surroundings` whatever
# else may stand in one: names of all kinds in defaults and indexes, who asks, and which server answers, because one
# that was restored from a backup numbers other transactions alike. What a view takes depends on more: it has no
# signature that could be known, nor have foreign tables. Facts are hashed and added by XOR, in 64 bits: to sort them as
# texts takes twice as long. A fact stands once for each table, so that no two cancel each other out.
_EXPOSED: Final[LiteralString] = """
schemas AS (
    SELECT n.oid, n.nspname, x.position
    FROM unnest($1::text[]) WITH ORDINALITY AS x(name, position)
    JOIN pg_namespace n ON n.nspname = x.name AND has_schema_privilege(n.oid, 'USAGE')
), owned_by_extension AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relations AS (
    SELECT c.oid, s.position, s.nspname, c.relname, c.relkind
    FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
      AND NOT EXISTS (SELECT FROM owned_by_extension e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
"""

_ALL: Final[LiteralString] = """
), asked AS (
    SELECT * FROM relations
), referenced AS (
    SELECT k.conrelid AS relation, k.oid AS key, a.attnum, a.xmin AS written
    FROM asked r JOIN pg_constraint k ON k.conrelid = r.oid JOIN relations f ON f.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)
"""

# Those that a command names, those that inherit from them, and what is at the other end of their foreign keys: if one
# of these is not as it is known, more than the command has happened. A signature mentions the tables that its foreign
# keys reference, and those that a caller may not use are none of them.
_NAMED: Final[LiteralString] = """
named(oid) AS (
    SELECT coalesce(i.indrelid, x.oid)
    FROM unnest($4::oid[]) AS x(oid) LEFT JOIN pg_index i ON i.indexrelid = x.oid
    UNION SELECT h.inhrelid FROM named n JOIN pg_inherits h ON h.inhparent = n.oid
), near(oid) AS (
    SELECT oid FROM named
    UNION SELECT k.conrelid FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid IN (SELECT oid FROM named)
    UNION SELECT k.confrelid FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM named)
), mentioned(oid) AS (
    SELECT oid FROM near
    UNION SELECT k.confrelid FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM near)
),
"""

_SOME: Final[LiteralString] = """
      AND (c.relkind NOT IN ('r', 'p') OR c.oid = ANY (ARRAY(SELECT oid FROM mentioned)))
), asked AS (
    SELECT * FROM relations WHERE relkind NOT IN ('r', 'p') OR oid = ANY (ARRAY(SELECT oid FROM near))
), referenced AS (
    SELECT k.conrelid AS relation, k.oid AS key, a.attnum, a.written
    FROM asked r JOIN pg_constraint k ON k.conrelid = r.oid JOIN relations f ON f.oid = k.confrelid
    -- By the index for each of the few, where the other query reads all of them.
    CROSS JOIN LATERAL (
        SELECT attnum, xmin AS written FROM pg_attribute WHERE attrelid = k.confrelid AND attnum = ANY (k.confkey)
        OFFSET 0) AS a
"""

_DESCRIBED: Final[LiteralString] = """
), attributes AS MATERIALIZED (
    SELECT a.attrelid, a.attnum, a.atttypid, a.attisdropped, a.xmin AS written
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
), facts(relation, fact) AS (
    SELECT c.oid, hash_record_extended(ROW(c.xmin), 1) FROM asked r JOIN pg_class c ON c.oid = r.oid
    UNION ALL
    SELECT a.attrelid, hash_record_extended(ROW(a.attnum, a.written), 2) FROM attributes a
    UNION ALL
    SELECT d.adrelid, hash_record_extended(ROW(d.oid, d.xmin), 3)
    FROM asked r JOIN pg_attrdef d ON d.adrelid = r.oid
    UNION ALL
    SELECT k.conrelid, hash_record_extended(ROW(k.oid, k.xmin), 4)
    FROM asked r JOIN pg_constraint k ON k.conrelid = r.oid
    UNION ALL
    SELECT relation, hash_record_extended(ROW(key, attnum, written), 5) FROM referenced
    UNION ALL
    SELECT i.indrelid, hash_record_extended(ROW(c.oid, i.xmin, c.xmin), 6)
    FROM asked r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid
    UNION ALL
    SELECT o.objoid, hash_record_extended(ROW(o.objsubid, o.xmin), 7)
    FROM asked r JOIN pg_description o ON o.objoid = r.oid AND o.classoid = 'pg_class'::regclass
), signatures AS (
    SELECT relation, relation::text || ':' || bit_xor(fact)::text AS signature FROM facts GROUP BY relation
), surroundings AS (
    SELECT md5(concat_ws('|',
        pg_postmaster_start_time(), current_user, current_setting('search_path'),
        (SELECT string_agg(oid::text || nspname, ',' ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_t'),
        (SELECT string_agg(concat(oid, relname, ':', relnamespace, relkind, relispartition), ',' ORDER BY oid)
         FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND oid >= 16384
             AND relpersistence <> 't'),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_type
         WHERE typtype <> 'c' AND typinput <> 'array_in'::regproc AND oid >= 16384),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_proc WHERE oid >= 16384),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_operator WHERE oid >= 16384),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_opclass WHERE oid >= 16384),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_collation WHERE oid >= 16384),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_ts_config WHERE oid >= 16384),
        (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_ts_dict WHERE oid >= 16384)
    )) AS these
), unknown AS (
    SELECT r.*
    FROM asked r JOIN signatures s ON s.relation = r.oid
    LEFT JOIN string_to_table($2::text, E'\\n') AS k(signature) ON k.signature = s.signature
    WHERE k.signature IS NULL OR r.relkind NOT IN ('r', 'p') OR $3::text <> (SELECT these FROM surroundings)
), columns AS (
    SELECT a.attrelid, a.attnum, json_build_object(
        'name', a.attname,
        'type', a.atttypid::bigint,
        'declared', format_type(a.atttypid, a.atttypmod),
        'nullable', NOT a.attnotnull,
        'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
        'generated', a.attgenerated <> '',
        'identity', a.attidentity <> '',
        'comment', col_description(a.attrelid, a.attnum),
        'read_only', a.attgenerated <> '' OR a.attidentity = 'a'
            OR r.relkind = 'v' AND NOT pg_column_is_updatable(r.oid::regclass, a.attnum, true)) AS document
    FROM unknown r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
), keys AS (
    SELECT k.oid, k.conrelid, k.conname, k.contype, k.convalidated, k.condeferrable, k.confrelid, k.conindid,
        (SELECT json_agg(a.attname ORDER BY u.position)
         FROM unnest(k.conkey) WITH ORDINALITY AS u(number, position)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS columns,
        (SELECT json_agg(a.attname ORDER BY u.position)
         FROM unnest(k.confkey) WITH ORDINALITY AS u(number, position)
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) AS referenced_columns
    FROM unknown r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
), grouped_columns AS (
    SELECT attrelid, json_agg(document ORDER BY attnum) AS documents FROM columns GROUP BY attrelid
), grouped_keys AS (
    SELECT conrelid,
        json_agg(json_build_object('name', conname, 'columns', columns, 'deferrable', condeferrable))
            FILTER (WHERE contype = 'p') AS primary_key,
        json_agg(json_build_object('name', conname, 'columns', columns, 'deferrable', condeferrable) ORDER BY conname)
            FILTER (WHERE contype = 'u') AS unique_keys,
        json_agg(json_build_object('name', conname, 'columns', columns) ORDER BY conname)
            FILTER (WHERE contype IN ('c', 'x') AND columns IS NOT NULL) AS rules,
        json_agg(json_build_object(
            'name', conname, 'columns', columns, 'referenced_columns', referenced_columns, 'validated', convalidated,
            'referenced', json_build_array(f.nspname, f.relname)) ORDER BY conname)
            FILTER (WHERE contype = 'f' AND f.oid IS NOT NULL) AS foreign_keys
    FROM keys LEFT JOIN relations f ON f.oid = keys.confrelid GROUP BY conrelid
), grouped_indexes AS (
    SELECT i.indrelid, json_agg(json_build_object(
        'name', c.relname, 'unique', i.indisunique, 'method', m.amname, 'definition', pg_get_indexdef(c.oid)
        ) ORDER BY c.relname) AS documents,
        json_agg(json_build_object('name', c.relname, 'columns', (
            SELECT json_agg(a.attname ORDER BY u.position)
            FROM unnest(i.indkey) WITH ORDINALITY AS u(number, position)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number)) ORDER BY c.relname)
            FILTER (WHERE i.indisunique
                AND NOT EXISTS (SELECT FROM keys k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid))
            AS unique_indexes
    FROM unknown r
    JOIN pg_index i ON i.indrelid = r.oid AND i.indisvalid
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    GROUP BY i.indrelid
"""

_USED: Final[LiteralString] = """
), functions AS (
    SELECT s.position, s.nspname, p.*, coalesce(
        (SELECT array_agg(a.name ORDER BY a.number)
         FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS a(name, mode, number)
         WHERE a.mode IN ('i', 'b', 'v')), p.proargnames) AS input_names
    FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
    WHERE p.prokind = 'f' AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND has_function_privilege(p.oid, 'EXECUTE')
      AND NOT EXISTS (SELECT FROM owned_by_extension e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
), used_types AS (
    WITH RECURSIVE used(oid) AS (
        SELECT atttypid FROM attributes WHERE NOT attisdropped
        UNION SELECT prorettype FROM functions
        UNION SELECT unnest(proargtypes) FROM functions
        UNION
        SELECT x.oid FROM used u CROSS JOIN LATERAL (SELECT * FROM pg_type WHERE oid = u.oid OFFSET 0) AS t
        CROSS JOIN LATERAL (VALUES
            (t.typbasetype), (CASE WHEN t.typinput = 'array_in'::regproc THEN t.typelem END),
            ((SELECT rngsubtype FROM pg_range WHERE t.oid IN (rngtypid, rngmultitypid)))) AS x(oid)
        WHERE x.oid <> 0
    )
    SELECT t.oid, json_build_object(
        'schema', n.nspname,
        'name', t.typname,
        'kind', CASE WHEN t.typinput = 'array_in'::regproc THEN 'array' ELSE
            CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
                WHEN 'm' THEN 'multirange' WHEN 'p' THEN 'pseudo' ELSE 'base' END END,
        'base', nullif(t.typbasetype, 0)::bigint,
        'element', CASE WHEN t.typinput = 'array_in'::regproc THEN t.typelem::bigint END,
        'relation', CASE WHEN t.typtype = 'c' THEN (
            SELECT json_build_array(r.nspname, r.relname) FROM relations r WHERE r.oid = t.typrelid) END,
        'subtype', (SELECT rngsubtype::bigint FROM pg_range WHERE t.oid IN (rngtypid, rngmultitypid)),
        'sortable', t.typtype <> 'b' OR t.typinput = 'array_in'::regproc OR EXISTS (
            SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
            LEFT JOIN pg_cast c ON c.castsource = t.oid AND c.casttarget = o.opcintype AND c.castmethod = 'b'
                AND c.castcontext = 'i'
            WHERE o.opcdefault AND (o.opcintype = t.oid OR (c.oid IS NOT NULL AND t.typcategory <> 'Z'))),
        'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
    ) AS document
    FROM (SELECT DISTINCT oid FROM used) u JOIN pg_type t ON t.oid = u.oid JOIN pg_namespace n ON n.oid = t.typnamespace
"""

_SELECTED: Final[LiteralString] = """
)
SELECT (SELECT these FROM surroundings) AS surroundings,
    coalesce((SELECT string_agg(s.signature, E'\\n' ORDER BY r.position, r.relname)
        FROM asked r JOIN signatures s ON s.relation = r.oid), '') AS signatures,
    coalesce((SELECT string_agg(concat(s.signature, E'\\n', json_build_object(
            'name', json_build_array(r.nspname, r.relname),
            'kind', CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned_table' WHEN 'f' THEN 'foreign_table'
                WHEN 'v' THEN 'view' ELSE 'materialized_view' END,
            'comment', obj_description(r.oid, 'pg_class'),
            'columns', c.documents,
            'primary_key', k.primary_key -> 0,
            'unique_keys', k.unique_keys,
            'rules', k.rules,
            'changes', CASE WHEN r.relkind <> 'f' OR EXISTS (
                SELECT FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
                JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw AND w.fdwhandler <> 0 WHERE f.ftrelid = r.oid)
                THEN pg_relation_is_updatable(r.oid::regclass, true) ELSE 0 END,
            'foreign_keys', k.foreign_keys,
            'indexes', i.documents,
            'unique_indexes', i.unique_indexes)), E'\\x1e')
        FROM unknown r
        JOIN signatures s ON s.relation = r.oid
        JOIN grouped_columns c ON c.attrelid = r.oid
        LEFT JOIN grouped_keys k ON k.conrelid = r.oid
        LEFT JOIN grouped_indexes i ON i.indrelid = r.oid), '') AS tables,
"""

_USED_SELECTED: Final[LiteralString] = """
    coalesce((SELECT json_object_agg(oid::bigint, document ORDER BY oid) FROM used_types)::text, '{}') AS types,
    coalesce((SELECT json_agg(json_build_object(
            'name', json_build_array(p.nspname, p.proname),
            'arguments', (SELECT json_agg(json_build_object(
                    'name', coalesce(p.input_names[u.position], ''),
                    'type', u.type::bigint,
                    'has_default', u.position > p.pronargs - p.pronargdefaults) ORDER BY u.position)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS u(type, position)),
            'returns', p.prorettype::bigint,
            'returns_set', p.proretset,
            'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
            'comment', obj_description(p.oid, 'pg_proc'),
            'variadic', p.provariadic <> 0,
            'overloaded', EXISTS (SELECT FROM pg_proc o
                WHERE o.pronamespace = p.pronamespace AND o.proname = p.proname AND o.oid <> p.oid))
            ORDER BY p.position, p.proname, pg_get_function_identity_arguments(p.oid)) FROM functions p)::text, '[]')
        AS functions
"""

CATALOG_QUERY: Final[LiteralString] = f"WITH {_EXPOSED} {_ALL} {_DESCRIBED} {_USED} {_SELECTED} {_USED_SELECTED}"

# $4: tables and indexes, oid[]. What of these tables the caller does not know, and whether one next to them is another
# than is known too. Types and functions are as they were if the surroundings are.
ALTERED_QUERY: Final[LiteralString] = f"""
WITH RECURSIVE {_NAMED} {_EXPOSED} {_SOME} {_DESCRIBED} {_SELECTED}
    EXISTS (SELECT FROM unknown WHERE relkind IN ('r', 'p') AND oid NOT IN (SELECT oid FROM named)) AS others
"""  # noqa: S608 - of constants

# Changes whenever a row behind the catalog does: a cheap look where event triggers are not allowed.
FINGERPRINT_QUERY: Final[LiteralString] = """
SELECT md5(concat(
    (SELECT string_agg(oid::text || xmin::text, ',' ORDER BY oid) FROM pg_namespace WHERE nspname = ANY ($1::text[])),
    (SELECT string_agg(i.indexrelid::text || i.xmin::text, ',' ORDER BY i.indexrelid)
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1::text[])),
    (SELECT string_agg(
        concat(c.oid, c.relname, c.relkind, c.relhasindex, c.relispartition, c.relacl), ',' ORDER BY c.oid)
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1::text[])),
    (SELECT string_agg(a.xmin::text || ':' || a.attnum::text, ',' ORDER BY a.attrelid, a.attnum)
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1::text[]) AND a.attnum > 0),
    (SELECT string_agg(k.oid::text || k.xmin::text, ',' ORDER BY k.oid)
     FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = ANY ($1::text[])),
    (SELECT string_agg(p.oid::text || p.xmin::text, ',' ORDER BY p.oid)
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1::text[])),
    (SELECT string_agg(e.oid::text || e.xmin::text, ',' ORDER BY e.oid) FROM pg_enum e),
    (SELECT string_agg(t.oid::text || t.xmin::text, ',' ORDER BY t.oid) FROM pg_type t
     WHERE t.typtype IN ('d', 'e', 'r', 'm') AND t.oid >= 16384),
    (SELECT string_agg(
        d.objoid::text || d.objsubid::text || d.xmin::text, ',' ORDER BY d.classoid, d.objoid, d.objsubid)
     FROM pg_description d WHERE d.objoid >= 16384)
))
"""
