CREATE SCHEMA sales;
CREATE SCHEMA hidden;
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE sales.customer (id integer PRIMARY KEY, level text NOT NULL);
CREATE TABLE hidden.secret (id integer PRIMARY KEY);
CREATE TABLE sales.orders (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer,
    secret_id integer REFERENCES hidden.secret
);
INSERT INTO customer VALUES (1, 'Ann');
INSERT INTO sales.customer VALUES (1, 'gold');
INSERT INTO hidden.secret VALUES (7);
INSERT INTO sales.orders VALUES (10, 1, 7);
