CREATE TABLE country (code char(2) PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE team (id integer PRIMARY KEY, name text NOT NULL, country_code char(2) REFERENCES country);
CREATE TABLE game (
    id integer PRIMARY KEY,
    home_team_id integer NOT NULL REFERENCES team,
    away_team_id integer NOT NULL REFERENCES team
);
CREATE TABLE passport (team_id integer PRIMARY KEY REFERENCES team, number text NOT NULL);
CREATE TABLE season (league text, year integer, PRIMARY KEY (league, year));
CREATE TABLE entry (
    id integer PRIMARY KEY,
    league text,
    year integer,
    team_id integer NOT NULL REFERENCES team,
    FOREIGN KEY (league, year) REFERENCES season
);
CREATE TABLE person (id integer PRIMARY KEY, name text NOT NULL, parent_id integer REFERENCES person);
CREATE TABLE member (
    person_id integer REFERENCES person,
    team_id integer REFERENCES team,
    PRIMARY KEY (person_id, team_id)
);
CREATE TABLE nickname (person integer NOT NULL REFERENCES person, text text NOT NULL);
CREATE TABLE visit (country text REFERENCES country (name), year integer);

INSERT INTO country VALUES ('CH', 'Switzerland'), ('IT', 'Italy');
INSERT INTO team VALUES (1, 'Bern', 'CH'), (2, 'Roma', 'IT'), (3, 'Nowhere', NULL);
INSERT INTO game VALUES (1, 1, 2), (2, 2, 1), (3, 2, 3);
INSERT INTO passport VALUES (1, 'P1');
INSERT INTO season VALUES ('A', 2025), ('A', 2026);
INSERT INTO entry VALUES (1, 'A', 2025, 1), (2, 'A', 2026, 1), (3, 'A', NULL, 2);
INSERT INTO person VALUES (1, 'Ann', NULL), (2, 'Ben', 1), (3, 'Cid', 2);
INSERT INTO member VALUES (1, 1), (2, 1), (2, 2);
INSERT INTO nickname VALUES (2, 'Benny'), (2, 'B');
INSERT INTO visit VALUES ('Italy', 2024), (NULL, 2025);
