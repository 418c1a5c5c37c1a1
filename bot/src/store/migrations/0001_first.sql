-- What survives a restart. Moments are milliseconds since 1970; what only the program reads is JSON.
-- The words are those that SQLite and PostgreSQL share.

-- What was heard, under the platform's own id, so that a retry is the same row. `heard` holds what a
-- person typed and leave to answer: both are taken away when the row is done.
CREATE TABLE inbox (
    event_key   TEXT   NOT NULL PRIMARY KEY,
    correlation TEXT   NOT NULL,
    heard       TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- new, done
    attempts    BIGINT NOT NULL,
    came_at     BIGINT NOT NULL,
    done_at     BIGINT
);
CREATE INDEX inbox_new ON inbox (came_at) WHERE state = 'new';
CREATE INDEX inbox_done ON inbox (done_at) WHERE state = 'done';

-- Runs, held ones among them. `step` and `digest` are what a change of a hold compares; `state` is
-- what the start compares.
CREATE TABLE run (
    id          TEXT   NOT NULL PRIMARY KEY,
    correlation TEXT   NOT NULL,
    slot        TEXT   NOT NULL,
    run         TEXT   NOT NULL,
    hold        TEXT,
    step        TEXT,
    digest      TEXT,
    expires_at  BIGINT,
    state       TEXT   NOT NULL, -- waiting, permitted, running, over
    made_at     BIGINT NOT NULL
);
CREATE INDEX run_open ON run (state) WHERE state <> 'over';
CREATE INDEX run_made ON run (made_at);

-- What is to be delivered, each lane in the order of `seq`. What was delivered loses its address,
-- which may hold leave to answer, and its body.
CREATE TABLE outbox (
    id          TEXT    NOT NULL PRIMARY KEY,
    seq         BIGINT  NOT NULL UNIQUE,
    correlation TEXT    NOT NULL,
    platform    TEXT    NOT NULL,
    lane        TEXT    NOT NULL,
    slot        TEXT,
    instead_of  TEXT,
    person      TEXT,
    is_reply    BOOLEAN NOT NULL,
    address     TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    parcel      TEXT    NOT NULL,
    state       TEXT    NOT NULL, -- new, sending, sent, skipped, failed
    tries       BIGINT  NOT NULL,
    due_at      BIGINT  NOT NULL,
    made_at     BIGINT  NOT NULL,
    ended_at    BIGINT,
    why         TEXT
);
CREATE INDEX outbox_open ON outbox (lane, seq) WHERE state IN ('new', 'sending');
CREATE INDEX outbox_due ON outbox (due_at) WHERE state IN ('new', 'sending');
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;

-- Messages of ours that later ones refer to, and where they stand.
CREATE TABLE slot (
    name    TEXT   NOT NULL PRIMARY KEY,
    lane    TEXT   NOT NULL,
    address TEXT   NOT NULL,
    remote  TEXT,
    made_at BIGINT NOT NULL
);

-- What a conversation remembers.
CREATE TABLE conversation (
    name       TEXT   NOT NULL PRIMARY KEY,
    memory     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Threads in which the bot spoke.
CREATE TABLE thread (
    name     TEXT   NOT NULL PRIMARY KEY,
    spoke_at BIGINT NOT NULL
);

-- What probes run on in a channel.
CREATE TABLE channel (
    name       TEXT   NOT NULL PRIMARY KEY,
    target     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Switches, such as the one that stops all running.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- What people thought of answers, redacted.
CREATE TABLE feedback (
    id       TEXT    NOT NULL PRIMARY KEY,
    about    TEXT    NOT NULL,
    helpful  BOOLEAN NOT NULL,
    missing  TEXT,
    given_at BIGINT  NOT NULL
);

-- The next number of each sequence.
CREATE TABLE counter (
    name TEXT   NOT NULL PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO counter (name, next) VALUES ('outbox', 1);
