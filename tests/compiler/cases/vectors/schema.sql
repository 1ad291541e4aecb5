CREATE SCHEMA extensions;
CREATE EXTENSION vector SCHEMA extensions;
CREATE TABLE place (
    id integer PRIMARY KEY,
    embedding extensions.vector(2),
    half extensions.halfvec(2),
    sparse extensions.sparsevec(4),
    next_id integer REFERENCES place
);
INSERT INTO place VALUES
    (1, '[0,0]', '[0,0]', '{1:1}/4', 3),
    (2, '[3,4]', '[3,4]', '{1:1,4:2}/4', 1),
    (3, '[1,1]', '[1,1]', '{2:5}/4', 2),
    (4, NULL, NULL, NULL, NULL);
