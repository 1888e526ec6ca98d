-- Who changed what: a row for each change, written in its transaction, numbered without a gap, and
-- never touched again. Its hash covers the one before it, so that the last stands for them all.
CREATE TABLE audit_entry (
    number         bigint PRIMARY KEY CHECK (number > 0),
    id             uuid        NOT NULL,
    created_at     timestamptz NOT NULL,
    actor_token    uuid,
    actor_name     text        NOT NULL,
    actor_role     text        NOT NULL,
    actor_reseller uuid,
    resource       text        NOT NULL,
    action         text        NOT NULL,
    subjects       text[]      NOT NULL,
    reseller_id    uuid,
    request_id     text,
    changes        jsonb       NOT NULL,
    omitted        bigint      NOT NULL CHECK (omitted >= 0),
    hash           bytea       NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX ON audit_entry (reseller_id, number);
CREATE INDEX ON audit_entry (actor_token, number);
CREATE INDEX ON audit_entry (actor_name, number);
CREATE INDEX ON audit_entry (resource, number);
CREATE INDEX ON audit_entry (action, number);
CREATE INDEX ON audit_entry (created_at);
CREATE INDEX ON audit_entry USING gin (subjects);
COMMENT ON COLUMN audit_entry.subjects IS 'ids as on the wire: what the request named, and what it changed';
COMMENT ON COLUMN audit_entry.reseller_id IS 'whose it all is; null if it is nobody''s, or not one''s alone';
COMMENT ON COLUMN audit_entry.changes IS
    'per row: subject, before and after, of what changed, as stored; secrets and their hashes are not among it';
COMMENT ON COLUMN audit_entry.omitted IS 'rows that changed as well and are not told';

CREATE TABLE audit_head (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    number  bigint NOT NULL,
    hash    bytea  NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO audit_head (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
COMMENT ON TABLE audit_head IS 'the last entry; its lock keeps the chain from forking, and is the last that a change takes but that of the configuration';

CREATE FUNCTION refuse_to_change_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'permission denied: % is only ever added to', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_past();

-- Entries are written by audit() alone, as its definer.
GRANT SELECT ON audit_entry, audit_head TO ${adminRole};
