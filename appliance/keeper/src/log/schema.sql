-- The keeper's one file. Every other table changes in the same transaction as
-- the entry that says so, so a restart finds all of it or none.

-- The log. The row number is the entry's index in the tree.
CREATE TABLE entry (
    id    INTEGER PRIMARY KEY CHECK (id >= 0),
    -- Exactly what is hashed into the tree.
    leaf  BLOB NOT NULL CHECK (length(leaf) = 73),
    -- The nodes this leaf made full, from level 1 upwards: node (level, index)
    -- lies with leaf (index + 1) * 2^level - 1, so the tree needs no table of
    -- its own and a proof reads one row a node.
    nodes BLOB NOT NULL CHECK (length(nodes) % 32 = 0),
    salt  BLOB CHECK (length(salt) = 32),
    body  BLOB,
    -- Erased together, or not at all: a body without its salt proves nothing.
    CHECK ((salt IS NULL) = (body IS NULL))
) STRICT;

-- How the clocks stood to each other when last written down.
CREATE TABLE steady (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    steady_ms    INTEGER NOT NULL,
    wall_ms      INTEGER NOT NULL,
    boottime_ms  INTEGER NOT NULL,
    boot_id      BLOB NOT NULL CHECK (length(boot_id) = 16)
) STRICT;

-- People are disabled, never deleted: entries speak of them.
CREATE TABLE person (
    -- The name in lower case: two spellings are one person.
    folded    TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    -- Role codes with one space between.
    roles     TEXT NOT NULL CHECK (roles <> ''),
    service   TEXT,
    -- argon2id, as a PHC string.
    password  TEXT NOT NULL CHECK (password LIKE '$argon2id$%'),
    totp      BLOB CHECK (length(totp) = 20),
    -- The last thirty-second step whose code was used; each is good once.
    totp_step INTEGER NOT NULL DEFAULT 0,
    enabled   INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    entry     INTEGER NOT NULL REFERENCES entry (id)
) STRICT, WITHOUT ROWID;

-- Sessions by the hash of their token; the token itself is nowhere.
CREATE TABLE session (
    hash           BLOB PRIMARY KEY CHECK (length(hash) = 32),
    folded         TEXT NOT NULL REFERENCES person (folded),
    auth           TEXT NOT NULL CHECK (auth IN ('password', 'password+totp')),
    expires_ms     INTEGER NOT NULL,
    ends_steady_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Wrong sign-ins by the hash of the name typed, whether anybody has it or not.
CREATE TABLE wrong_password (
    name                   BLOB PRIMARY KEY CHECK (length(name) = 32),
    -- Steady milliseconds, eight bytes each.
    times                  BLOB NOT NULL CHECK (length(times) % 8 = 0),
    locked_until_steady_ms INTEGER
) STRICT, WITHOUT ROWID;

-- What was asked in a steady minute, by a person or ('') by all together.
CREATE TABLE look_up_count (
    person TEXT NOT NULL,
    minute INTEGER NOT NULL,
    asked  INTEGER NOT NULL CHECK (asked > 0),
    PRIMARY KEY (person, minute)
) STRICT, WITHOUT ROWID;

-- Permits of which the store has not yet said what it showed.
CREATE TABLE awaiting_shown (
    entry  INTEGER PRIMARY KEY REFERENCES entry (id),
    permit BLOB NOT NULL CHECK (length(permit) = 16)
) STRICT;

-- The first of the two persons a held reading needs.
CREATE TABLE hold_agreement (
    hold   INTEGER PRIMARY KEY,
    folded TEXT NOT NULL REFERENCES person (folded),
    entry  INTEGER NOT NULL REFERENCES entry (id)
) STRICT;

-- Enrolled agents, one a service.
CREATE TABLE agent (
    service              TEXT PRIMARY KEY,
    -- Feed codes with one space between.
    sources              TEXT NOT NULL CHECK (sources <> ''),
    epoch                INTEGER NOT NULL CHECK (epoch > 0),
    -- One key, one service: a key may not speak for two.
    key                  BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    correction_recipient TEXT NOT NULL,
    entry                INTEGER NOT NULL REFERENCES entry (id)
) STRICT, WITHOUT ROWID;

-- Agents that may enrol, by the hash of their one-time code.
CREATE TABLE enrolment (
    service        TEXT PRIMARY KEY,
    sources        TEXT NOT NULL CHECK (sources <> ''),
    epoch          INTEGER NOT NULL CHECK (epoch > 0),
    code_hash      BLOB NOT NULL CHECK (length(code_hash) = 32),
    ends_steady_ms INTEGER NOT NULL,
    entry          INTEGER NOT NULL REFERENCES entry (id)
) STRICT, WITHOUT ROWID;

-- Receipts that were signed, to give the same bytes again.
CREATE TABLE attestation (
    source   TEXT NOT NULL,
    epoch    INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    batch    TEXT NOT NULL CHECK (length(batch) = 64),
    -- 'rejected': held once, then refused; it keeps its place in the sequence.
    outcome  TEXT NOT NULL CHECK (outcome IN ('applied', 'held', 'rejected', 'refused')),
    reason   TEXT,
    entry    INTEGER NOT NULL REFERENCES entry (id),
    receipt  BLOB NOT NULL,
    PRIMARY KEY (source, epoch, sequence, batch)
) STRICT, WITHOUT ROWID;

-- A sequence belongs to one batch; only refused ones may share it.
CREATE UNIQUE INDEX one_batch_a_sequence
    ON attestation (source, epoch, sequence) WHERE outcome <> 'refused';

-- The version map: which sealed detail is the newest of each record.
CREATE TABLE envelope (
    record     BLOB PRIMARY KEY CHECK (length(record) = 32),
    version    INTEGER NOT NULL,
    ciphertext BLOB NOT NULL CHECK (length(ciphertext) = 32)
) STRICT, WITHOUT ROWID;
