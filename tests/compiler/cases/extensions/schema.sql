CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
CREATE DOMAIN handle AS citext CHECK (VALUE <> '');
CREATE TABLE thing (id integer PRIMARY KEY, name citext, alias handle, tags citext[], pairs hstore, place ltree);
INSERT INTO thing VALUES
    (1, 'Alpha', 'A', '{Red,blue}', 'a=>1', 'top.left'),
    (2, 'beta', 'b', '{green}', 'b=>NULL', 'top.right'),
    (3, NULL, NULL, NULL, NULL, NULL);
