CREATE TABLE author (id integer PRIMARY KEY, first_name text NOT NULL, last_name text, born date);
CREATE TABLE article (
    id integer PRIMARY KEY,
    author_id integer NOT NULL REFERENCES author,
    title text NOT NULL,
    words integer NOT NULL DEFAULT 0
);
INSERT INTO author VALUES (1, 'Roger', 'Chris', '1950-02-01'), (2, 'Daniel', NULL, NULL), (3, 'Ada', 'Chris', '1815-12-10');
INSERT INTO article VALUES (1, 1, 'On trees', 100), (2, 2, 'On graphs', 300), (3, 2, 'More on trees', 200);

CREATE FUNCTION search_articles(search text, min_words integer DEFAULT 0) RETURNS SETOF article STABLE LANGUAGE sql AS
$$ SELECT * FROM article WHERE title ILIKE '%' || search || '%' AND words >= min_words ORDER BY words DESC $$;
CREATE FUNCTION newest() RETURNS article STABLE LANGUAGE sql AS
$$ SELECT * FROM article ORDER BY id DESC LIMIT 1 $$;
CREATE FUNCTION nobody() RETURNS author STABLE LANGUAGE sql AS $$ SELECT * FROM author WHERE false $$;
CREATE FUNCTION of_authors(ids integer[], text DEFAULT 'x', boolean DEFAULT true) RETURNS SETOF article
STABLE LANGUAGE sql AS $$ SELECT * FROM article WHERE author_id = ANY (ids) = $3 $$;
CREATE FUNCTION invented() RETURNS article STABLE LANGUAGE sql AS $$ SELECT 99, 1, 'Not written', 0 $$;
CREATE DOMAIN age AS integer CHECK (value >= 0);
CREATE FUNCTION of_age(years age DEFAULT 0, at timestamptz DEFAULT now()) RETURNS SETOF author STABLE LANGUAGE sql AS
$$ SELECT * FROM author WHERE at - born::timestamptz > make_interval(years => years) $$;

CREATE FUNCTION full_name(author) RETURNS text STABLE LANGUAGE sql AS
$$ SELECT $1.first_name || coalesce(' ' || $1.last_name, '') $$;
CREATE FUNCTION full_name(article) RETURNS text STABLE LANGUAGE sql AS $$ SELECT $1.title $$;
CREATE FUNCTION greeting(author, greeting text, mark text DEFAULT '!') RETURNS text STABLE LANGUAGE sql AS
$$ SELECT greeting || ' ' || $1.first_name || mark $$;
CREATE FUNCTION words_written(whose author) RETURNS bigint STABLE LANGUAGE sql AS
$$ SELECT sum(words) FROM article WHERE author_id = whose.id $$;
CREATE FUNCTION articles_about(author, topic text DEFAULT '') RETURNS SETOF article STABLE LANGUAGE sql AS
$$ SELECT * FROM article WHERE author_id = $1.id AND title ILIKE '%' || topic || '%' ORDER BY words DESC $$;
CREATE FUNCTION longest(author) RETURNS article STABLE LANGUAGE sql AS
$$ SELECT * FROM article WHERE author_id = $1.id ORDER BY words DESC LIMIT 1 $$;

CREATE TABLE noted (id integer PRIMARY KEY, author_id integer REFERENCES author);
INSERT INTO noted VALUES (1, 1), (2, NULL);
CREATE FUNCTION label(author) RETURNS text STABLE LANGUAGE sql AS $$ SELECT coalesce($1.id::text, 'of nobody') $$;
