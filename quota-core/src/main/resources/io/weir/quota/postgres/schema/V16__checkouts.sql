-- Pages of a payment provider's on which a reseller can pay in one amount. They outlive the reseller,
-- as the ledger does.
CREATE TABLE checkout (
    id          uuid        PRIMARY KEY,
    reseller_id uuid        NOT NULL,
    provider    text        NOT NULL CHECK (provider IN ('stripe')),
    session     text        NOT NULL,
    url         text        NOT NULL,
    status      text        NOT NULL DEFAULT 'open'
                            CHECK (status IN ('open', 'processing', 'paid', 'expired', 'failed')),
    amount      bigint      NOT NULL CHECK (amount > 0),
    currency    text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    charged     bigint      NOT NULL CHECK (charged > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    paid_at     timestamptz,
    entry       bigint      UNIQUE REFERENCES ledger_entry (position),
    CONSTRAINT one_checkout_for_a_session UNIQUE (provider, session),
    CONSTRAINT what_is_paid_is_booked
        CHECK ((status = 'paid') = (entry IS NOT NULL) AND (entry IS NULL) = (paid_at IS NULL))
);
CREATE INDEX ON checkout (reseller_id, id);
COMMENT ON COLUMN checkout.session IS 'the provider''s id of it';
COMMENT ON COLUMN checkout.amount IS 'in nano-units, what is booked';
COMMENT ON COLUMN checkout.charged IS 'the same in the provider''s units, as it was asked for';
COMMENT ON COLUMN checkout.entry IS 'of the ledger, which no other checkout has';

-- What becomes of one is decided by functions.
GRANT SELECT ON checkout TO ${adminRole};
GRANT INSERT (id, reseller_id, provider, session, url, amount, currency, charged, expires_at) ON checkout TO ${adminRole};
