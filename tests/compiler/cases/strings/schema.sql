CREATE TABLE amount (id bigint PRIMARY KEY, exact numeric, whole integer, approximate double precision, many bigint[]);
INSERT INTO amount VALUES
    (9007199254740993, 0.10, 1, 0.1, '{9007199254740993}'), (2, NULL, NULL, NULL, NULL), (3, 'NaN', 0, 1e20, '{}');
