-- A database as the first version left it when it was killed: a question that was answered, one whose
-- answer was not delivered, one that was not answered, a check that is over, and one that waits for consent.
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'first','2025-01-01 01:39:06',1,X'9931564855DFBD4573C82B5B85FDDDF8B57ED3BE07C4C80691906F8927DA306CC5D68F91A600DB158C6D88847F9CD07B',2306674);
CREATE TABLE channel (
    name       TEXT   NOT NULL PRIMARY KEY,
    target     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE TABLE conversation (
    name       TEXT   NOT NULL PRIMARY KEY,
    memory     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);
INSERT INTO "conversation" VALUES('{"place":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000002"},"with":null}','{"target":null,"last":{"step":{"number":1}}}',1735695546484);
INSERT INTO "conversation" VALUES('{"place":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000023"},"with":null}','{"target":null,"last":{"step":{"number":2}}}',1735695546847);
CREATE TABLE counter (
    name TEXT   NOT NULL PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO "counter" VALUES('outbox',8);
CREATE TABLE feedback (
    id       TEXT    NOT NULL PRIMARY KEY,
    about    TEXT    NOT NULL,
    helpful  BOOLEAN NOT NULL,
    missing  TEXT,
    given_at BIGINT  NOT NULL
);
CREATE TABLE inbox (
    event_key   TEXT   NOT NULL PRIMARY KEY,
    correlation TEXT   NOT NULL,
    heard       TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- new, done
    attempts    BIGINT NOT NULL,
    came_at     BIGINT NOT NULL,
    done_at     BIGINT
);
INSERT INTO "inbox" VALUES('slack:T0HOME:C0OPS:1790000000.000002','01a224f4-b46d-7624-896e-1c16e5eb4d59','','done',0,1735695546477,1735695546484);
INSERT INTO "inbox" VALUES('slack:T0HOME:C0OPS:1790000000.000008','01a224f4-b484-7118-b025-72202d0f66ec','','done',0,1735695546500,1735695546503);
INSERT INTO "inbox" VALUES('slack:T0HOME:C0OPS:1790000000.000017','01a224f4-b5b3-71b1-b266-d40c4b2ba7ad','','done',0,1735695546803,1735695546829);
INSERT INTO "inbox" VALUES('slack:T0HOME:C0OPS:1790000000.000023','01a224f4-b5d7-726f-86ea-59d4feb88ef7','','done',0,1735695546839,1735695546847);
INSERT INTO "inbox" VALUES('slack:T0HOME:C0OPS:1790000000.000028','01a224f4-b5f6-73b2-b9a1-1b1a54cf1432','{"key":"slack:T0HOME:C0OPS:1790000000.000028","who":{"platform":"slack","workspace":"T0HOME","user":"U0BEN"},"standing":null,"place":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":null},"way":"mention","alone":false,"message":"1790000000.000028","what":{"said":{"text":"step 3","files":[]}},"at":"2026-09-21T14:13:20Z","handle":null}','new',0,1735695546870,NULL);
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
INSERT INTO "outbox" VALUES('01a224f4-b478-7240-a704-7f94aac1cb1b',2,'01a224f4-b46d-7624-896e-1c16e5eb4d59','"slack"','Slack/T0HOME/C0OPS/1790000000.000002',NULL,NULL,NULL,1,'','message','','sent',0,1735695546484,1735695546484,1735695546501,NULL);
INSERT INTO "outbox" VALUES('01a224f4-b488-763b-b059-773b9304e1c1',3,'01a224f4-b484-7118-b025-72202d0f66ec','"slack"','Slack/T0HOME/C0OPS/1790000000.000008','run-01a224f4b48673538017e0cd0e0e091e',NULL,NULL,1,'','message','','sent',0,1735695546503,1735695546503,1735695546514,NULL);
INSERT INTO "outbox" VALUES('01a224f4-b511-70f0-b284-a11226069cce',4,'01a224f4-b484-7118-b025-72202d0f66ec','"slack"','Slack/T0HOME/C0OPS/1790000000.000008',NULL,'run-01a224f4b48673538017e0cd0e0e091e',NULL,0,'','message','','sent',0,1735695546641,1735695546641,1735695546685,NULL);
INSERT INTO "outbox" VALUES('01a224f4-b511-70f0-b284-a1131ef2d278',5,'01a224f4-b484-7118-b025-72202d0f66ec','"slack"','Slack/T0HOME/C0OPS/1790000000.000008',NULL,NULL,NULL,0,'','message','','sent',0,1735695546641,1735695546641,1735695546759,NULL);
INSERT INTO "outbox" VALUES('01a224f4-b511-70f0-b284-a114284ffe79',6,'01a224f4-b484-7118-b025-72202d0f66ec','"slack"','Slack/T0HOME/C0OPS/1790000000.000008',NULL,NULL,NULL,0,'','file','','sent',0,1735695546641,1735695546641,1735695546803,NULL);
INSERT INTO "outbox" VALUES('01a224f4-b5ce-75cd-8130-44f1efdf65cc',7,'01a224f4-b5b3-71b1-b266-d40c4b2ba7ad','"slack"','Slack/T0HOME/C0OPS/1790000000.000017','run-01a224f4b5cb73dd9dbebdfe69d8dbde',NULL,NULL,1,'','message','','sent',0,1735695546829,1735695546829,1735695546840,NULL);
INSERT INTO "outbox" VALUES('01a224f4-b5e0-7384-aed5-ee21c6f1e3e4',8,'01a224f4-b5d7-726f-86ea-59d4feb88ef7','"slack"','Slack/T0HOME/C0OPS/1790000000.000023',NULL,NULL,'{"platform":"slack","workspace":"T0HOME","user":"U0ANN"}',1,'{"here":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000023"}}','message','{"blocks":[{"elements":[{"elements":[{"style":{"bold":true},"text":"Step 2: Check that the start command runs and listens in the right place","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"\n","type":"text"},{"text":"The command in ","type":"text"},{"style":{"code":true},"text":"web.commands.start","type":"text"},{"text":" in ","type":"text"},{"style":{"code":true},"text":".upsun/config.yaml","type":"text"},{"text":" has to bring the app up and keep it up. Check three things:","type":"text"}],"type":"rich_text_section"},{"elements":[{"elements":[{"text":"It starts the app every time, for instance with ","type":"text"},{"style":{"code":true},"text":"npm start","type":"text"},{"text":" or ","type":"text"},{"style":{"code":true},"text":"gunicorn","type":"text"},{"text":".","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"It stays in the foreground: it neither exits at once, nor crashes, nor sends itself to the background.","type":"text"}],"type":"rich_text_section"},{"elements":[{"style":{"bold":true},"text":"It listens on the port in the ","type":"text"},{"style":{"bold":true,"code":true},"text":"PORT","type":"text"},{"style":{"bold":true},"text":" environment variable","type":"text"},{"text":", which the platform chooses.","type":"text"}],"type":"rich_text_section"}],"indent":0,"style":"bullet","type":"rich_text_list"},{"elements":[{"text":"An app with a fixed port such as 3000 or 8000 isn''t found by the router. Make it read ","type":"text"},{"style":{"code":true},"text":"PORT","type":"text"},{"text":" when it starts; see ","type":"text"},{"text":"use variables","type":"link","url":"https://docs.upsun.com/development/variables/use-variables.html#use-provided-variables"},{"text":".","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"\n","type":"text"},{"text":"Ask the container which port it was given.","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"upsun ssh ''echo $PORT''","type":"text"}],"type":"rich_text_preformatted"},{"elements":[{"style":{"bold":true},"text":"Run this one from your local session","type":"text"}],"type":"rich_text_quote"},{"elements":[{"text":"The single quotes keep your own shell from expanding ","type":"text"},{"style":{"code":true},"text":"$PORT","type":"text"},{"text":", so the container does it. Run it in a terminal on your machine, and not from a shell that is already in the app container: the CLI isn''t there.","type":"text"}],"type":"rich_text_quote"},{"elements":[{"style":{"bold":true},"text":"When $PORT is empty","type":"text"}],"type":"rich_text_quote"},{"elements":[{"text":"The platform sets ","type":"text"},{"style":{"code":true},"text":"PORT","type":"text"},{"text":" only when ","type":"text"},{"style":{"code":true},"text":"web.upstream.socket_family","type":"text"},{"text":" is ","type":"text"},{"style":{"code":true},"text":"tcp","type":"text"},{"text":", which is the default for most runtimes. With ","type":"text"},{"style":{"code":true},"text":"unix","type":"text"},{"text":", the default for PHP, the app gets a socket path in ","type":"text"},{"style":{"code":true},"text":"SOCKET","type":"text"},{"text":" and there is no port. Check that the setting fits what the app does.","type":"text"}],"type":"rich_text_quote"},{"elements":[{"text":"A 502 is also what you see when the app runs but listens elsewhere than ","type":"text"},{"text":"where the router sends requests","type":"link","url":"https://docs.upsun.com/create-apps/app-reference/single-runtime-image.html#where-to-listen"},{"text":": on another port, on another network interface, or on a port while the router uses a socket.","type":"text"}],"type":"rich_text_section"}],"type":"rich_text"},{"elements":[{"emoji":false,"text":"Run `upsun ssh ''echo $PORT''` on your own machine.","type":"plain_text"}],"type":"context"},{"elements":[{"elements":[{"style":{"italic":true},"text":"Source: ","type":"text"},{"text":"Resolve a 502 error, Step 2: Check that the start command runs and listens in the right place","type":"link","url":"https://docs.upsun.com/502-errors.html#step-2-check-that-the-start-command-runs-and-listens-in-the-right-place"},{"style":{"italic":true},"text":" (502-errors.md:59-92)","type":"text"}],"type":"rich_text_section"}],"type":"rich_text"},{"elements":[{"action_id":"request-0","text":{"emoji":false,"text":"Step 1","type":"plain_text"},"type":"button","value":"{\"step\":{\"number\":1}}"},{"action_id":"request-1","text":{"emoji":false,"text":"Step 3","type":"plain_text"},"type":"button","value":"{\"step\":{\"number\":3}}"}],"type":"actions"}],"text":"Step 2: Check that the start command runs and listens in the right place\nThe command in web.commands.start in .upsun/config.yaml has to bring the app up and keep it up. Check three things:\nIt starts the app every time, for instance with npm start or gunicorn.\nIt stays in the foreground: it neither exits at once, nor crashes, nor sends itself to the background.\nIt listens on the port in the PORT environment variable, which the platform chooses.\nAn app with a fixed port such as 3000 or 8000 isn''t found by the router. Make it read PORT when it starts; see use variables.\nAsk the container which port it was given.\nupsun ssh ''echo $PORT''\nRun this one from your local session\nThe single quotes keep your own shell from expanding $PORT, so the container does it. Run it in a terminal on your machine, and not from a shell that is already in the app container: the CLI isn''t there.\nWhen $PORT is empty\nThe platform sets PORT only when web.upstream.socket_family is tcp, which is the default for most runtimes. With unix, the default for PHP, the app gets a socket path in SOCKET and there is no port. Check that the setting fits what the app does.\nA 502 is also what you see when the app runs but listens elsewhere than where the router sends requests: on another port, on another network interface, or on a port while the router uses a socket.\nRun `upsun ssh ''echo $PORT''` on your own machine.\nsource: Resolve a 502 error, Step 2: Check that the start command runs and listens in the right place (502-errors.md:59-92)"}','sending',1,1735695546885,1735695546847,NULL,'Slack failed while it did it');
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
INSERT INTO "run" VALUES('01a224f4-b486-7353-8017-e0cd0e0e091e','01a224f4-b484-7118-b025-72202d0f66ec','run-01a224f4b48673538017e0cd0e0e091e','{"id":"01a224f4-b486-7353-8017-e0cd0e0e091e","who":{"platform":"slack","workspace":"T0HOME","user":"U0ANN"},"place":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000008"},"probe":"app-log","values":["lines=1"],"target":{"project":"healthyproj01","environment":"main","app":"app"},"stage":{"done":{"says":"Its one line reports no error."}},"at":"2025-01-01T01:39:06.50396464Z"}',NULL,NULL,NULL,NULL,'over',1735695546503);
INSERT INTO "run" VALUES('01a224f4-b5cb-73dd-9dbe-bdfe69d8dbde','01a224f4-b5b3-71b1-b266-d40c4b2ba7ad','run-01a224f4b5cb73dd9dbebdfe69d8dbde','{"id":"01a224f4-b5cb-73dd-9dbe-bdfe69d8dbde","who":{"platform":"slack","workspace":"T0HOME","user":"U0ANN"},"place":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000017"},"probe":"error-log","values":["lines=2"],"target":{"project":"healthyproj01","environment":"main","app":"app"},"stage":"waiting","at":"2025-01-01T01:39:06.829193594Z"}','{"run":"01a224f4-b5cb-73dd-9dbe-bdfe69d8dbde","ask":{"asker":{"person":{"platform":"slack","workspace":"T0HOME","user":"U0ANN"},"groups":["S0ONCALL"],"standing":"member"},"channel":"C0OPS","probe":"error-log","target":{"project":"healthyproj01","environment":"main","app":"app"},"values":{"lines":"2"}},"approval":"second-person","digest":"cbe2eb2ed35952e83565691a5f0b991828d339ff75b107b9789f96d64ea6bdd6","expires_at":"2025-01-01T01:49:06.829193594Z","state":"waiting"}','waiting','cbe2eb2ed35952e83565691a5f0b991828d339ff75b107b9789f96d64ea6bdd6',1735696146829,'waiting',1735695546829);
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE slot (
    name    TEXT   NOT NULL PRIMARY KEY,
    lane    TEXT   NOT NULL,
    address TEXT   NOT NULL,
    remote  TEXT,
    made_at BIGINT NOT NULL
);
INSERT INTO "slot" VALUES('run-01a224f4b48673538017e0cd0e0e091e','Slack/T0HOME/C0OPS/1790000000.000008','{"here":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000008"}}','[{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000008"},"1790000000.000013"]',1735695546503);
INSERT INTO "slot" VALUES('run-01a224f4b5cb73dd9dbebdfe69d8dbde','Slack/T0HOME/C0OPS/1790000000.000017','{"here":{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000017"}}','[{"platform":"slack","workspace":"T0HOME","channel":"C0OPS","kind":"channel","thread":"1790000000.000017"},"1790000000.000022"]',1735695546829);
CREATE TABLE thread (
    name     TEXT   NOT NULL PRIMARY KEY,
    spoke_at BIGINT NOT NULL
);
INSERT INTO "thread" VALUES('Slack/T0HOME/C0OPS/1790000000.000002',1735695546501);
INSERT INTO "thread" VALUES('Slack/T0HOME/C0OPS/1790000000.000008',1735695546759);
INSERT INTO "thread" VALUES('Slack/T0HOME/C0OPS/1790000000.000017',1735695546840);
CREATE INDEX inbox_new ON inbox (came_at) WHERE state = 'new';
CREATE INDEX inbox_done ON inbox (done_at) WHERE state = 'done';
CREATE INDEX run_open ON run (state) WHERE state <> 'over';
CREATE INDEX run_made ON run (made_at);
CREATE INDEX outbox_open ON outbox (lane, seq) WHERE state IN ('new', 'sending');
CREATE INDEX outbox_due ON outbox (due_at) WHERE state IN ('new', 'sending');
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;
COMMIT;
