-- Many clients: files of them, and lists that stay quick.

-- A file of clients on its way in. Its content waits beside it until it is through, so that a process
-- that dies loses nothing.
CREATE TABLE client_import (
    id           uuid PRIMARY KEY,
    reseller_id  uuid        NOT NULL REFERENCES reseller ON DELETE CASCADE,
    requested_by jsonb       NOT NULL,
    dry_run      boolean     NOT NULL,
    mode         text        NOT NULL CHECK (mode IN ('atomic', 'partial')),
    status       text        NOT NULL DEFAULT 'receiving'
        CHECK (status IN ('receiving', 'queued', 'running', 'completed', 'rejected', 'failed')),
    attempt      bigint      NOT NULL DEFAULT 0,
    claimed_until timestamptz NOT NULL DEFAULT now(),
    total        bigint      NOT NULL DEFAULT 0,
    processed    bigint      NOT NULL DEFAULT 0,
    created      bigint      NOT NULL DEFAULT 0,
    updated      bigint      NOT NULL DEFAULT 0,
    unchanged    bigint      NOT NULL DEFAULT 0,
    skipped      bigint      NOT NULL DEFAULT 0,
    error_count  bigint      NOT NULL DEFAULT 0,
    errors       jsonb       NOT NULL DEFAULT '[]',
    revision     bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz
);
COMMENT ON COLUMN client_import.requested_by IS 'the principal, under whose name the import is made';
COMMENT ON COLUMN client_import.status IS 'receiving is not shown: its upload is under way';
COMMENT ON COLUMN client_import.attempt IS
    'who runs it knows the number; with it changed, what an earlier attempt still does has no effect';
CREATE INDEX ON client_import (reseller_id);
CREATE INDEX ON client_import (created_at);
CREATE INDEX ON client_import (id) WHERE status IN ('queued', 'running');

CREATE TABLE client_import_chunk (
    client_import_id uuid   NOT NULL REFERENCES client_import ON DELETE CASCADE,
    number           bigint NOT NULL,
    content          bytea  NOT NULL,
    PRIMARY KEY (client_import_id, number)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON client_import, client_import_chunk TO ${adminRole};

-- A list filtered by status, and a search in names and addresses: both begin where a page begins, or
-- at what is rare. What was just written is searched row by row until there is a megabyte of it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX client_status ON client (reseller_id, status, id);
CREATE INDEX client_search ON client USING gin ((name || E'\n' || contact_email) gin_trgm_ops)
    WITH (gin_pending_list_limit = 1024);
