-- The store's tables, version 1. Times are milliseconds since 1970, hashes of batches are 64 hex
-- digits, sums and members are 32 bytes. Only `write` changes anything; the rules that must hold
-- whatever the code does stand here as constraints.

-- The box itself: one row.
CREATE TABLE box (
    -- One box, one row.
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- The box this database belongs to; another box's settings are refused at start.
    box_id TEXT NOT NULL CHECK (length(box_id) > 0),
    -- Ids of statements are never used twice, so that a handle never points at another record.
    next_statement INTEGER NOT NULL CHECK (next_statement > 0),
    -- Highest log index a permit carried: a shorter log was cut.
    highest_log_index INTEGER NOT NULL CHECK (highest_log_index >= 0)
) STRICT;

-- One feed of a service, and where its chain of batches stands.
CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE CHECK (length(source) BETWEEN 1 AND 64),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    -- A refused manifest after `sequence`; the agent may go on from either.
    refused_sequence INTEGER,
    refused_hash TEXT CHECK (length(refused_hash) = 64),
    -- Whether a reading was ever proved complete (or a delta applied).
    synced INTEGER NOT NULL CHECK (synced IN (0, 1)),
    -- When the service made the newest export applied; none: never complete.
    as_of INTEGER,
    received INTEGER,
    health TEXT NOT NULL CHECK (health IN ('ok', 'held', 'failing')),
    code TEXT,
    -- Live statements (puts that are not carried, and held rows) and their set sum.
    records INTEGER NOT NULL CHECK (records >= 0),
    set_sum BLOB NOT NULL CHECK (length(set_sum) = 32),
    -- Rows the agent could not place.
    unplaced INTEGER NOT NULL CHECK (unplaced >= 0),
    CHECK ((refused_sequence IS NULL) = (refused_hash IS NULL)),
    -- A feed that was never synced has no age, so it can never look fresh.
    CHECK (as_of IS NULL OR synced = 1)
) STRICT;

-- What a service says, one row a record: each service's statement stands by itself.
CREATE TABLE statement (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    feed INTEGER NOT NULL REFERENCES feed (id),
    key TEXT NOT NULL CHECK (length(key) > 0),
    -- 1 property, 2 person, 3 hazard.
    kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),
    version INTEGER NOT NULL CHECK (version >= 0),
    source_time INTEGER NOT NULL,
    received INTEGER NOT NULL,
    -- The batch it came in.
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    -- The open record as JSON; the detail is in the envelope and cannot be opened here.
    record TEXT NOT NULL CHECK (length(record) > 0),
    envelope BLOB CHECK (length(envelope) > 0),
    -- Hash of the line as sent, for the feed's set sum.
    member BLOB NOT NULL CHECK (length(member) = 32),
    -- 1: shown, though its feed no longer counts it: a later row of its key did not read.
    carried INTEGER NOT NULL CHECK (carried IN (0, 1)),
    -- One statement a key; what it said before is replaced, never doubled.
    UNIQUE (feed, key)
) STRICT;

-- Addresses, for search.
CREATE TABLE property (
    statement INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE,
    -- At most twelve digits, never zero.
    uprn INTEGER NOT NULL CHECK (uprn BETWEEN 1 AND 999999999999),
    postcode TEXT NOT NULL,
    -- The address's numbers as a sorted set joined by blanks; may be empty.
    numbers TEXT NOT NULL,
    -- A property is never its own building.
    parent INTEGER CHECK (parent BETWEEN 1 AND 999999999999 AND parent <> uprn)
) STRICT;
CREATE INDEX property_uprn ON property (uprn);
CREATE INDEX property_place ON property (postcode, numbers);

-- Folded words of addresses; rowid is the statement's id. No text is kept here, only which words
-- an address has, not where they stand. The `ascii` splitter takes each of our folded words, which
-- hold no ASCII but letters and digits, as exactly one.
CREATE VIRTUAL TABLE address_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii'
);

-- Warnings, for finding them at an address.
CREATE TABLE hazard (
    statement INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE,
    uprn INTEGER CHECK (uprn BETWEEN 1 AND 999999999999),
    postcode TEXT,
    numbers TEXT,
    -- The service's own key of the person it follows.
    person TEXT,
    code TEXT NOT NULL CHECK (length(code) > 0),
    -- 1 property, 2 person, 3 person at a property.
    subject INTEGER NOT NULL CHECK (subject IN (1, 2, 3)),
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    -- Last day in force as YYYY-MM-DD.
    ends_on TEXT CHECK (length(ends_on) = 10),
    -- A postcode never comes without its numbers (which may be empty).
    CHECK ((postcode IS NULL) = (numbers IS NULL)),
    -- One location at most; none at all holds the whole source.
    CHECK ((uprn IS NOT NULL) + (postcode IS NOT NULL) + (person IS NOT NULL) <= 1)
) STRICT;
CREATE INDEX hazard_uprn ON hazard (uprn) WHERE uprn IS NOT NULL;
CREATE INDEX hazard_place ON hazard (postcode) WHERE postcode IS NOT NULL;
-- Warnings that cannot be shown at any address, so that the source says so.
CREATE INDEX hazard_nowhere ON hazard (statement) WHERE uprn IS NULL AND postcode IS NULL;

-- Rows that did not read: shown beside what the key held before, never instead.
CREATE TABLE held (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id),
    key TEXT NOT NULL CHECK (length(key) > 0),
    -- 0: the agent could not read the row; 1: the box could not read the agent's line.
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    version INTEGER NOT NULL CHECK (version >= 0),
    uprn INTEGER CHECK (uprn BETWEEN 1 AND 999999999999),
    postcode TEXT,
    numbers TEXT,
    reason TEXT NOT NULL,
    phone TEXT NOT NULL,
    received INTEGER NOT NULL,
    member BLOB NOT NULL CHECK (length(member) = 32),
    CHECK ((postcode IS NULL) = (numbers IS NULL)),
    -- One notice a key and side.
    UNIQUE (feed, key, unread)
) STRICT;
CREATE INDEX held_uprn ON held (uprn) WHERE uprn IS NOT NULL;
CREATE INDEX held_place ON held (postcode) WHERE postcode IS NOT NULL;

-- What is gone: only a keyed hash of its id and the version, so that an older put never wins.
CREATE TABLE tombstone (
    id BLOB PRIMARY KEY CHECK (length(id) = 32),
    feed INTEGER NOT NULL REFERENCES feed (id),
    version INTEGER NOT NULL CHECK (version >= 0),
    reason TEXT NOT NULL,
    received INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_feed ON tombstone (feed);

-- Sums over all records by hash of their id: SQLCipher does not notice an old page put back, these do.
CREATE TABLE bucket (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 0 AND 4095),
    sum BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;

-- One batch's answer. Committed with the batch; the signed receipt follows from the keeper.
CREATE TABLE receipt (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    batch TEXT NOT NULL CHECK (length(batch) = 64),
    attestation BLOB,
    receipt BLOB,
    -- One effect a sequence.
    UNIQUE (feed, epoch, sequence),
    -- Either still to be attested, or attested.
    CHECK ((attestation IS NULL) <> (receipt IS NULL))
) STRICT;
CREATE INDEX receipt_unattested ON receipt (id) WHERE receipt IS NULL;

-- Envelope changes of a load that was never proved, for the keeper with the feed's next batch.
CREATE TABLE owed_envelope (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id),
    change BLOB NOT NULL
) STRICT;

-- One reading of a whole export, under way or held.
CREATE TABLE reading (
    -- Never used twice: staged lines must not fall to a later reading.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed INTEGER NOT NULL REFERENCES feed (id),
    -- Which run of the agent; a new epoch may use a number again.
    epoch INTEGER NOT NULL,
    run INTEGER NOT NULL,
    -- The agent's public key, to check staged envelopes again when they apply.
    agent TEXT NOT NULL,
    -- 1: a first load, written straight to `statement`.
    direct INTEGER NOT NULL CHECK (direct IN (0, 1)),
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    parts INTEGER NOT NULL,
    puts INTEGER NOT NULL,
    gones INTEGER NOT NULL,
    helds INTEGER NOT NULL,
    -- A first load is never held: there is nothing to take away.
    CHECK (direct = 0 OR held = 0),
    -- One under way and one held, at most.
    UNIQUE (feed, held)
) STRICT;

-- Lines of a reading, as sent, until the manifest proves them.
CREATE TABLE staging (
    id INTEGER PRIMARY KEY,
    reading INTEGER NOT NULL REFERENCES reading (id) ON DELETE CASCADE,
    -- 1 put, 2 gone, 3 held.
    op INTEGER NOT NULL CHECK (op IN (1, 2, 3)),
    key TEXT NOT NULL,
    line BLOB NOT NULL
) STRICT;
CREATE INDEX staging_key ON staging (reading, key);

-- A reading that waits for two persons.
CREATE TABLE hold (
    -- Never used twice: persons decide about a number.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- One a feed: a later reading replaces it.
    feed INTEGER NOT NULL UNIQUE REFERENCES feed (id),
    reading INTEGER NOT NULL UNIQUE REFERENCES reading (id),
    -- The batch that brought the manifest; its receipt moves on when the hold is decided.
    sequence INTEGER NOT NULL,
    batch TEXT NOT NULL CHECK (length(batch) = 64),
    code TEXT NOT NULL,
    removes INTEGER NOT NULL,
    live INTEGER NOT NULL,
    since INTEGER NOT NULL,
    manifest TEXT NOT NULL
) STRICT;
