-- The people who share a key, by their addresses: each once, in whatever case it is written.
CREATE TABLE key_email (
    id          uuid PRIMARY KEY,
    reseller_id uuid        NOT NULL,
    key_id      uuid        NOT NULL REFERENCES key ON DELETE CASCADE,
    email       text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX email_is_bound_once ON key_email (key_id, lower(email));
CREATE INDEX ON key_email (key_id, id);
CREATE INDEX ON key_email (lower(email));

GRANT SELECT, INSERT, DELETE ON key_email TO ${adminRole};
