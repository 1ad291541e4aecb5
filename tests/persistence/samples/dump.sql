--
-- PostgreSQL database dump
--

\restrict b4hF0oBar

-- Dumped from database version 15.18
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET default_tablespace = '';
SET default_table_access_method = heap;

DROP DATABASE IF EXISTS shop;
--
-- Name: shop; Type: DATABASE; Schema: -; Owner: keeper
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';

ALTER DATABASE shop OWNER TO keeper;

\unrestrict b4hF0oBar
\connect shop
\restrict b4hF0oBar

--
-- Name: label(integer); Type: FUNCTION; Schema: public; Owner: keeper
--

CREATE FUNCTION public.label(number integer) RETURNS text
    LANGUAGE plpgsql
    AS $_$
begin
    -- a semicolon; and a quote ' and \. inside
    return 'no. ' || $1 || ';';
end;
$_$;

ALTER FUNCTION public.label(number integer) OWNER TO keeper;

CREATE FUNCTION public.size(number integer) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (number > 10) THEN 'large'::text
             ELSE 'small'::text
         END AS "case";
END;

ALTER FUNCTION public.size(number integer) OWNER TO keeper;

CREATE TABLE public.item (
    id integer NOT NULL,
    name text DEFAULT 'it''s; new'::text,
    "end" text
);

ALTER TABLE public.item OWNER TO keeper;

COMMENT ON TABLE public.item IS 'Things; to sell';

CREATE SEQUENCE public.item_id_seq
    AS integer
    START WITH 1;

ALTER TABLE public.item_id_seq OWNER TO keeper;

--
-- Data for Name: item; Type: TABLE DATA; Schema: public; Owner: keeper
--

COPY public.item (id, name, "end") FROM stdin;
1	plain	\N
2	semi;colon -- no comment	'quote
3	tab\tand\nline	$$ dollars \\.
4	Größe ☃	
\.


COPY public.item (id, name) FROM stdin WITH (FORMAT csv);
5,"a, b"
\.


SELECT pg_catalog.setval('public.item_id_seq', 5, true);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (id);

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON TABLE public.item TO keeper;

--
-- PostgreSQL database dump complete
--

\unrestrict b4hF0oBar
