TRUNCATE player, round RESTART IDENTITY;
INSERT INTO player VALUES (1, 'Ada', 10), (2, 'Bob', 20), (3, 'Adam', 30);
