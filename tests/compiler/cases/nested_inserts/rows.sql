TRUNCATE artist, biography, album, song, tag, song_tag, person, shelf, box, ticket, stub RESTART IDENTITY;
INSERT INTO artist (name, rank) VALUES ('Ada', 3), ('Bob', 4);
INSERT INTO album (artist_id, title) VALUES (1, 'Notes');
INSERT INTO tag VALUES ('calm', 7);
