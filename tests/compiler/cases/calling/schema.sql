CREATE TABLE player (id integer PRIMARY KEY, name text NOT NULL, score integer NOT NULL DEFAULT 0);
CREATE TABLE round (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    player_id integer NOT NULL REFERENCES player,
    points integer NOT NULL
);
CREATE FUNCTION add_points(search text, points integer DEFAULT 1) RETURNS SETOF player LANGUAGE sql AS $$
    WITH played AS (INSERT INTO round (player_id, points) SELECT id, $2 FROM player WHERE name ILIKE '%' || $1 || '%' ORDER BY id)
    UPDATE player SET score = score + $2 WHERE name ILIKE '%' || $1 || '%' RETURNING *;
$$;
CREATE FUNCTION promote(who integer) RETURNS player LANGUAGE sql AS
$$ UPDATE player SET score = score + 1000 WHERE id = who RETURNING * $$;
CREATE FUNCTION total(player) RETURNS bigint STABLE LANGUAGE sql AS
$$ SELECT sum(points) FROM round WHERE player_id = $1.id $$;
CREATE FUNCTION fail(message text, code text) RETURNS SETOF player LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', message USING ERRCODE = code; END $$;
