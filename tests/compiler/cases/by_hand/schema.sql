CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, boss_id int REFERENCES person);
CREATE TABLE city (country text, code int, name text NOT NULL, PRIMARY KEY (country, code));
CREATE TABLE visit (
    person_id int REFERENCES person, year int, country text, code int, PRIMARY KEY (person_id, year, country, code)
);
CREATE VIEW traveller AS SELECT person_id, count(*) AS visits, min(year) AS first FROM visit GROUP BY person_id;
CREATE SCHEMA archive;
CREATE TABLE archive.person (person_id int, note text);
INSERT INTO person VALUES (1, 'Ada', NULL), (2, 'Ben', 1), (3, 'Cleo', 1), (4, 'Dan', 2);
INSERT INTO city VALUES ('de', 1, 'Bonn'), ('de', 2, 'Köln'), ('fr', 1, 'Lyon');
INSERT INTO visit VALUES (1, 2001, 'de', 1), (1, 2002, 'fr', 1), (2, 2001, 'de', 2), (2, 2001, 'de', 1), (4, 2002, 'xx', 9);
INSERT INTO archive.person VALUES (1, 'first'), (1, 'second'), (3, 'third');
