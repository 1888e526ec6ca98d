-- A secret that was replaced works on until it expires, and there is never more than one such.
ALTER TABLE credential
    ADD prefix    text,
    ADD last_four text,
    ADD CONSTRAINT what_is_shown_is_whole_or_absent CHECK ((prefix IS NULL) = (last_four IS NULL));
COMMENT ON COLUMN credential.prefix IS 'of a secret that was replaced; that of the one in use stands at the key';
CREATE UNIQUE INDEX one_secret_in_use ON credential (key_id) WHERE expires_at IS NULL;
CREATE UNIQUE INDEX one_secret_replaced ON credential (key_id) WHERE expires_at IS NOT NULL;
CREATE INDEX ON credential (expires_at) WHERE expires_at IS NOT NULL;

-- What a key may be used for; null is everything, and nothing can't be stated.
ALTER TABLE key
    ADD allowed_routes text[] CHECK (cardinality(allowed_routes) BETWEEN 1 AND 100),
    ADD allowed_models text[] CHECK (cardinality(allowed_models) BETWEEN 1 AND 100),
    ADD allowed_cidrs  text[] CHECK (cardinality(allowed_cidrs) BETWEEN 1 AND 100);
COMMENT ON COLUMN key.allowed_models IS 'a * at the end stands for any rest';
