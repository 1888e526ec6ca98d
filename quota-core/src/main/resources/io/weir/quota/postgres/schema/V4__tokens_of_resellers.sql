-- Tokens are listed by whose they are.
CREATE INDEX ON token (reseller_id, id);
COMMENT ON COLUMN token.scopes IS 'what it may do of what its role may; * is all of it';
COMMENT ON COLUMN token.revoked_at IS 'the row stays, so that a token of the settings does not come back with the next start';
