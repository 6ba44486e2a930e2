-- Added with schema 2: releases of sealed details.

-- Every release that was granted, so that it can be shown again, judged, and
-- counted for the quota of emergencies.
CREATE TABLE release (
    -- Its entry: rows are only ever added at the end, which is the cheapest place.
    entry          INTEGER PRIMARY KEY REFERENCES entry (id),
    -- REL- and ten signs; names the event and authorises nothing. Looked up in
    -- memory, where every release that has not long ended is.
    reference      TEXT NOT NULL CHECK (reference LIKE 'REL-__________'),
    folded         TEXT NOT NULL REFERENCES person (folded),
    emergency      INTEGER NOT NULL CHECK (emergency IN (0, 1)),
    escalated      INTEGER NOT NULL CHECK (escalated IN (0, 1)),
    -- NULL: needs no judgement; 'open': waits for a reviewer.
    review         TEXT CHECK (review IN ('open')),
    -- The store's id of the record, to fetch its envelope again.
    record         INTEGER NOT NULL,
    -- What names the record in the version map.
    named          BLOB NOT NULL CHECK (length(named) = 32),
    -- What was released: SHA-256 of its ciphertext. Another one is another release.
    ciphertext     BLOB NOT NULL CHECK (length(ciphertext) = 32),
    -- Purpose of the stated request, or ground of the emergency.
    why            TEXT NOT NULL,
    valid_until_ms INTEGER NOT NULL,
    ends_steady_ms INTEGER NOT NULL,
    at_steady_ms   INTEGER NOT NULL
) STRICT;

CREATE INDEX emergencies_of_a_person ON release (folded, at_steady_ms) WHERE emergency = 1;
CREATE INDEX open_reviews ON release (escalated) WHERE review = 'open';

-- The last reasons of each person, folded and hashed: whoever gives one of them
-- again is asked what is different this time.
CREATE TABLE reason_given (
    entry  INTEGER PRIMARY KEY REFERENCES entry (id),
    folded TEXT NOT NULL REFERENCES person (folded),
    hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What was released in a steady minute: by a person ('person/...'), of a class
-- ('class/...'), by all ('box'), and in emergencies by all ('emergency').
CREATE TABLE release_count (
    who      TEXT NOT NULL,
    minute   INTEGER NOT NULL,
    released INTEGER NOT NULL CHECK (released > 0),
    PRIMARY KEY (who, minute)
) STRICT, WITHOUT ROWID;

-- Every key an agent ever enrolled with: an envelope was signed with the key of
-- its day, and stays the newest of its record until the service changes it.
CREATE TABLE agent_key (
    service TEXT NOT NULL,
    id      TEXT NOT NULL CHECK (length(id) = 16),
    key     BLOB NOT NULL CHECK (length(key) = 32),
    entry   INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (service, id)
) STRICT, WITHOUT ROWID;
