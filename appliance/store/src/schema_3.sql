-- Version 3: corrections and reported hazards, on their way to the services. The plain words stand
-- in none of these tables: they are sealed to the service before a row is written.

-- Something said to be wrong, or a hazard nobody recorded.
CREATE TABLE correction (
    -- Never used twice: what is said of one must not fall to a later one.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL UNIQUE CHECK (reference GLOB 'COR-??????????'),
    -- The permit it was raised with; the keeper's entry of it goes by this.
    permit BLOB NOT NULL CHECK (length(permit) = 16),
    -- Code of the field said to be wrong; none: a hazard nobody recorded.
    field TEXT CHECK (length(field) > 0),
    -- Hazard code of one nobody recorded.
    category TEXT CHECK (length(category) > 0),
    -- The address it is about; none: a person or one warning.
    uprn INTEGER CHECK (uprn BETWEEN 1 AND 999999999999),
    raised INTEGER NOT NULL,
    CHECK ((field IS NULL) <> (category IS NULL)),
    -- A hazard is reported at an address.
    CHECK (category IS NULL OR uprn IS NOT NULL)
) STRICT;
CREATE INDEX correction_uprn ON correction (uprn) WHERE uprn IS NOT NULL;

-- One service it was sent to.
CREATE TABLE correction_sent (
    id INTEGER PRIMARY KEY,
    correction INTEGER NOT NULL REFERENCES correction (id) ON DELETE CASCADE,
    service TEXT NOT NULL CHECK (length(service) > 0),
    -- 1 raised, 2 delivered, 3 done, 4 settled, 5 declined.
    progress INTEGER NOT NULL CHECK (progress BETWEEN 1 AND 5),
    -- Code of why it was declined.
    reason TEXT,
    since INTEGER NOT NULL,
    -- What the agent fetches. Erased once it has it: nothing gives it out again.
    header BLOB,
    ciphertext BLOB CHECK (length(ciphertext) > 0),
    -- The keeper's, over the header; none: still to be asked for.
    signature BLOB CHECK (length(signature) = 64),
    -- 1: the keeper refused to sign it; it is asked again when it connects anew.
    refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    -- The agent's public recipient it is sealed to: one with another identity cannot open it.
    recipient TEXT NOT NULL,
    -- Hash of what the service said when it was raised; erased once it is over.
    said BLOB CHECK (length(said) = 32),
    UNIQUE (correction, service),
    CHECK ((progress = 5) = (reason IS NOT NULL)),
    CHECK ((progress = 1) = (header IS NOT NULL)),
    CHECK ((progress = 1) = (ciphertext IS NOT NULL)),
    CHECK (progress = 1 OR signature IS NULL),
    CHECK ((progress < 4) = (said IS NOT NULL))
) STRICT;
CREATE INDEX correction_open ON correction_sent (service, id) WHERE progress < 4;
CREATE INDEX correction_unsigned ON correction_sent (id) WHERE header IS NOT NULL AND signature IS NULL;

-- Records of that service it is about; of a reported hazard those that stood there before.
CREATE TABLE correction_about (
    sent INTEGER NOT NULL REFERENCES correction_sent (id) ON DELETE CASCADE,
    -- No reference: what is said of a record outlives it.
    statement INTEGER NOT NULL,
    -- Where the record is found again under another id; erased once it is over.
    feed INTEGER REFERENCES feed (id),
    key TEXT,
    PRIMARY KEY (sent, statement),
    CHECK ((feed IS NULL) = (key IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_about_statement ON correction_about (statement);

-- Steps the keeper has not entered yet, oldest first.
CREATE TABLE correction_owed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sent INTEGER NOT NULL REFERENCES correction_sent (id) ON DELETE CASCADE,
    progress INTEGER NOT NULL CHECK (progress BETWEEN 2 AND 5),
    reason TEXT,
    -- 1: the keeper refused to enter it; it is told again when it connects anew.
    refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    CHECK ((progress = 5) = (reason IS NOT NULL))
) STRICT;
CREATE INDEX correction_owed_sent ON correction_owed (sent);

-- How the services are named to people, as the box's settings last said.
CREATE TABLE correction_service (
    service TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT NOT NULL
) STRICT, WITHOUT ROWID;
