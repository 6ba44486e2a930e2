-- Version 2: people, for search, and which records are one person.

-- What joining and a search for a person read, one row a statement of kind 2.
CREATE TABLE person (
    statement INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE,
    -- The feed of the statement, so that joining reads no record.
    feed INTEGER NOT NULL REFERENCES feed (id),
    -- The service's own id of the person, folded; with the feed's service it names them.
    reference TEXT NOT NULL,
    -- Date of birth as YYYYMMDD; none where a placeholder stands for it.
    born INTEGER CHECK (born BETWEEN 18000101 AND 99991231),
    nhs INTEGER CHECK (nhs BETWEEN 1 AND 9999999999),
    -- Forename, middle names, surname and preferred name, each folded, joined by "|".
    names TEXT NOT NULL
) STRICT;
CREATE INDEX person_reference ON person (reference, feed);
-- Without the names: a day of birth is some hundred rows, and an index of names would be three
-- times as large at a first load.
CREATE INDEX person_born ON person (born) WHERE born IS NOT NULL;
CREATE INDEX person_nhs ON person (nhs) WHERE nhs IS NOT NULL;

-- Telephone numbers a person is reached by, E.164 without the plus.
CREATE TABLE person_phone (
    phone INTEGER NOT NULL CHECK (phone > 0),
    statement INTEGER NOT NULL REFERENCES person (statement) ON DELETE CASCADE,
    PRIMARY KEY (phone, statement)
) STRICT, WITHOUT ROWID;
-- Grows at its end only, as statements do.
CREATE INDEX person_phone_statement ON person_phone (statement);

-- Where a person is and was.
CREATE TABLE person_place (
    statement INTEGER NOT NULL REFERENCES person (statement) ON DELETE CASCADE,
    -- Place of the address in the record.
    place INTEGER NOT NULL CHECK (place >= 0),
    uprn INTEGER CHECK (uprn BETWEEN 1 AND 999999999999),
    -- Where the record writes the address out; a UPRN that no property feed knows is found by it.
    postcode TEXT,
    -- Last day as YYYYMMDD; none: still.
    until INTEGER,
    -- 1: an address where somebody lives (home, temporary, ordinary residence).
    lived INTEGER NOT NULL CHECK (lived IN (0, 1)),
    -- 1: must not be disclosed: no search finds it. A warning that follows the person is shown there.
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    PRIMARY KEY (statement, place),
    CHECK (uprn IS NOT NULL OR postcode IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- With what is asked of them, so that no look-up of an address reads the table beside.
CREATE INDEX person_place_uprn ON person_place (uprn, lived, until, hidden) WHERE uprn IS NOT NULL;
CREATE INDEX person_place_postcode ON person_place (postcode, hidden) WHERE postcode IS NOT NULL;

-- Two statements that are one person: an edge, so that taking it away puts both back as they were.
CREATE TABLE link (
    statement INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES statement (id) ON DELETE CASCADE,
    -- 1 the same service's own id, 2 NHS number with date of birth and a name that agrees.
    rule INTEGER NOT NULL CHECK (rule IN (1, 2)),
    made INTEGER NOT NULL,
    PRIMARY KEY (statement, other),
    CHECK (statement < other)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_other ON link (other);

-- Statements kept from version 1 whose edges are still to be made, at the next start.
CREATE TABLE link_owed (
    statement INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE
) STRICT;

-- Decisions of a person that two records are not one; they outlive the records and any rule.
CREATE TABLE apart (
    -- Hash of source and key, the smaller first.
    record BLOB NOT NULL CHECK (length(record) = 32),
    other BLOB NOT NULL CHECK (length(other) = 32),
    by TEXT NOT NULL CHECK (length(by) > 0),
    why TEXT NOT NULL CHECK (length(why) > 0),
    decided INTEGER NOT NULL,
    PRIMARY KEY (record, other),
    CHECK (record < other)
) STRICT, WITHOUT ROWID;
CREATE INDEX apart_other ON apart (other);

-- Warnings that follow a person; folded as the reference of a person is.
CREATE INDEX hazard_person ON hazard (person) WHERE person IS NOT NULL;
