"""What functions and triggers of the user's own come to, whatever they raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.graph.conftest import Serve

FAILING = """
CREATE TABLE item (id integer PRIMARY KEY, how text);
INSERT INTO item VALUES (1, NULL);
CREATE FUNCTION fail(how text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE found integer;
BEGIN
    CASE how
        WHEN 'own code' THEN RAISE EXCEPTION 'secret' USING ERRCODE = 'ZZ001';
        WHEN 'no row' THEN SELECT id INTO STRICT found FROM item WHERE id = 99;
        WHEN 'assertion' THEN ASSERT false, 'secret';
        WHEN 'no function' THEN PERFORM missing(1);
        WHEN 'no table' THEN PERFORM id FROM missing_table;
        WHEN 'no statement' THEN EXECUTE 'SELEKT';
        WHEN 'commit' THEN COMMIT;
    END CASE;
    RETURN true;
END $$;
CREATE FUNCTION failing(how text) RETURNS SETOF item LANGUAGE sql STABLE AS $$
    SELECT * FROM item WHERE fail($1) $$;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM fail(NEW.how); RETURN NEW; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.mark.parametrize(
    "how", ["own code", "no row", "assertion", "no function", "no table", "no statement", "commit", "no branch"]
)
async def test_a_failure_is_clear_and_says_nothing_of_the_database(serve: Serve, how: str) -> None:
    served = await serve(FAILING)

    for operation in (
        "query($how: String!) { failing(args: {how: $how}) { id } }",
        "mutation($how: String!) { insertItemOne(object: {id: 2, how: $how}) { id } }",
    ):
        response = await served.respond(operation, {"how": how})
        (error,) = response.json()["errors"]
        assert response.status_code == 200
        assert (error["message"], error["extensions"]) == (
            "A function or a trigger of the database failed.",
            {"code": "VALIDATION"},
        )
