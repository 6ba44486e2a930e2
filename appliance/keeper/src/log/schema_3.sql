-- Added with schema 3: corrections on their way to the services.

-- Every correction and reported hazard a permit was given for. What it says is
-- nowhere here.
CREATE TABLE correction (
    -- COR- and ten signs, from the permit's id: the store can name none by itself.
    reference TEXT PRIMARY KEY CHECK (reference LIKE 'COR-__________'),
    -- The only service it may go to; NULL: whoever owns the field.
    only_to   TEXT,
    entry     INTEGER NOT NULL REFERENCES entry (id)
) STRICT, WITHOUT ROWID;

-- Headers that were signed, one a service: the same one is signed again, another
-- is refused.
CREATE TABLE correction_sent (
    reference TEXT NOT NULL REFERENCES correction (reference),
    service   TEXT NOT NULL,
    -- SHA-256 of the header's bytes.
    header    BLOB NOT NULL CHECK (length(header) = 32),
    entry     INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (reference, service)
) STRICT, WITHOUT ROWID;

-- How far each came with each service; told again, it is no second entry.
CREATE TABLE correction_moved (
    reference TEXT NOT NULL REFERENCES correction (reference),
    service   TEXT NOT NULL,
    progress  TEXT NOT NULL CHECK (progress IN ('delivered', 'done', 'settled', 'declined')),
    -- Why it was declined; '' for the others.
    reason    TEXT NOT NULL CHECK ((progress = 'declined') = (reason <> '')),
    entry     INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (reference, service, progress, reason)
) STRICT, WITHOUT ROWID;

-- What was raised and reported in a steady minute, by a person or ('') by all
-- together.
CREATE TABLE correction_count (
    person TEXT NOT NULL,
    minute INTEGER NOT NULL,
    raised INTEGER NOT NULL CHECK (raised > 0),
    PRIMARY KEY (person, minute)
) STRICT, WITHOUT ROWID;
