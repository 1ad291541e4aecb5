CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE article (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author, published boolean, year integer);
INSERT INTO author VALUES (1, 'all'), (2, 'some'), (3, 'none'), (4, 'nothing'), (5, 'unknown');
INSERT INTO article VALUES (1, 1, true, 2020), (2, 1, true, 2021), (3, 2, true, 2020), (4, 2, false, 2021), (5, 3, false, 2020), (6, 5, NULL, 2020);
