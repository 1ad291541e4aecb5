CREATE TABLE student (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE course (school text, number int, title text NOT NULL, points int NOT NULL, PRIMARY KEY (school, number));
CREATE TABLE takes (
    student int REFERENCES student,
    school text,
    number int,
    mark int,
    PRIMARY KEY (student, school, number),
    FOREIGN KEY (school, number) REFERENCES course
);
CREATE TABLE friendship (
    who int REFERENCES student (id), whom int REFERENCES student (id), PRIMARY KEY (who, whom)
);
INSERT INTO student VALUES (1, 'Ada'), (2, 'Ben'), (3, 'Cleo');
INSERT INTO course VALUES ('art', 1, 'Drawing', 2), ('art', 2, 'Painting', 4), ('law', 1, 'Contracts', 8);
INSERT INTO takes VALUES (1, 'art', 1, 5), (1, 'law', 1, 4), (2, 'art', 1, 3);
INSERT INTO friendship VALUES (1, 2), (1, 3), (2, 3);
