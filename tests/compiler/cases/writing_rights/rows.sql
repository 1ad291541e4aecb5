TRUNCATE author, book, defaults, region RESTART IDENTITY;
INSERT INTO author (name, mood, document, stock) VALUES
    ('Ada', 'happy', '{"born": 1815, "tags": ["a", "b"]}', 1), ('Bob', NULL, '[1, 2, 3]', 2), ('Cid', 'sad', NULL, 3);
INSERT INTO book (author_id, title) VALUES (1, 'Notes'), (1, 'Sketch'), (2, 'Manual');
INSERT INTO region VALUES ('de', 1, 'North'), ('de', 2, 'South');
