-- What resellers earn by those they referred: a part of what these consume, the more of it there is.
CREATE TABLE referral_tier (
    from_nanos bigint  PRIMARY KEY CHECK (from_nanos >= 0),
    percent    integer NOT NULL CHECK (percent BETWEEN 0 AND 100)
);
COMMENT ON TABLE referral_tier IS 'the part of what referees consume beyond a threshold, up to the next one';

-- What the referees of a reseller consumed, in all; the ledger has it by key.
CREATE TABLE referral (
    reseller_id uuid   NOT NULL,
    currency    text   NOT NULL,
    consumed    bigint NOT NULL CHECK (consumed >= 0),
    PRIMARY KEY (reseller_id, currency)
);

ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_kind_check;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_kind_check
    CHECK (kind IN ('top-up', 'budget', 'spending', 'return', 'forfeit', 'commission'));

CREATE INDEX ON reseller (referred_by) WHERE referred_by IS NOT NULL;
GRANT SELECT ON referral TO ${adminRole};
GRANT SELECT, INSERT, DELETE ON referral_tier TO ${adminRole};
