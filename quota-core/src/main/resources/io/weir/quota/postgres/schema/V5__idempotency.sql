-- What was answered to a POST that came with an Idempotency-Key, written in the transaction of its
-- effect and kept for a day.
CREATE TABLE idempotency_answer (
    id          bytea PRIMARY KEY CHECK (length(id) = 32),
    reseller_id uuid,
    sealed      bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON idempotency_answer (created_at);
COMMENT ON COLUMN idempotency_answer.id IS 'SHA-256 of who asked, method, path and the key; the key itself is not stored';
COMMENT ON COLUMN idempotency_answer.reseller_id IS 'whose token asked; null for an operator''s';
COMMENT ON COLUMN idempotency_answer.sealed IS
    'fingerprint of the payload and the answer, which may show a secret: AES-256-GCM under a key made of the pepper and the Idempotency-Key';

GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_answer TO ${adminRole};
