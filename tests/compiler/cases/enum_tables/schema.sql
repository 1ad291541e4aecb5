CREATE TABLE color (value text PRIMARY KEY, comment text);
CREATE TABLE size (name varchar(10) PRIMARY KEY);
CREATE TABLE shirt (id int PRIMARY KEY, color text NOT NULL REFERENCES color, size varchar(10) REFERENCES size);
CREATE TABLE stock (color text REFERENCES color, place int, pieces int NOT NULL, PRIMARY KEY (color, place));
INSERT INTO color VALUES ('red', 'like a rose'), ('blue', 'like the sea'), ('light green', NULL), ('Black', NULL);
INSERT INTO size VALUES ('small'), ('large');
INSERT INTO shirt VALUES (1, 'red', 'small'), (2, 'blue', NULL), (3, 'Black', 'large'), (4, 'red', 'large');
INSERT INTO stock VALUES ('red', 1, 5), ('blue', 1, 3), ('red', 2, 2);
