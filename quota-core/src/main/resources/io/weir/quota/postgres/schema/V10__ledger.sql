-- Money, in nano-units of a currency. An entry moves an amount from one account to another, so
-- whatever is booked sums to zero; entries are only ever added, and each seals all before it.

-- Accounts outlive what they are about, so they refer to nothing.
CREATE TABLE account (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text   NOT NULL CHECK (kind IN ('cash', 'balance', 'revenue', 'commission', 'suspense',
                                                'reserve', 'sold', 'budget', 'consumed', 'margin')),
    reseller_id uuid   NOT NULL,
    key_id      uuid,
    currency    text   NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    balance     bigint NOT NULL DEFAULT 0,
    reserved    bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    UNIQUE NULLS NOT DISTINCT (reseller_id, key_id, kind, currency),
    UNIQUE (id, currency),
    CHECK ((key_id IS NOT NULL) = (kind IN ('reserve', 'sold', 'budget', 'consumed', 'margin'))),
    -- The two that stand for the world outside owe what is inside.
    CONSTRAINT available_is_never_negative
        CHECK (CASE WHEN kind IN ('cash', 'sold') THEN balance <= 0 AND reserved = 0 ELSE balance >= reserved END),
    -- So the others together fit as well, wherever it moves between them.
    CONSTRAINT money_fits CHECK (balance >= -9223372036854775807)
);
CREATE INDEX ON account (key_id);
COMMENT ON COLUMN account.kind IS
    'of a reseller: cash it paid in, its balance, the provider''s revenue, commission, suspense for what is forfeited; of a key: reserve is the cost put aside for it; sold and budget, consumed and margin are in client price';
COMMENT ON COLUMN account.balance IS 'credits less debits: the sum of its entries';
COMMENT ON COLUMN account.reserved IS 'the part of the balance that is held for what is under way';

CREATE TABLE ledger_entry (
    position       bigint      PRIMARY KEY CHECK (position > 0),
    transaction    bigint      NOT NULL CHECK (transaction BETWEEN 1 AND position),
    kind           text        NOT NULL CHECK (kind IN ('top-up', 'budget', 'spending', 'return')),
    debit_account  bigint      NOT NULL,
    credit_account bigint      NOT NULL,
    amount         bigint      NOT NULL CHECK (amount > 0),
    currency       text        NOT NULL,
    booked_at      timestamptz NOT NULL,
    hash           bytea       NOT NULL CHECK (length(hash) = 32),
    CHECK (debit_account <> credit_account),
    -- Both sides in one currency: no transaction can sum to anything but zero in any.
    FOREIGN KEY (debit_account, currency) REFERENCES account (id, currency),
    FOREIGN KEY (credit_account, currency) REFERENCES account (id, currency)
);
CREATE INDEX ON ledger_entry (debit_account, position);
CREATE INDEX ON ledger_entry (credit_account, position);
CREATE INDEX ON ledger_entry (booked_at);
COMMENT ON COLUMN ledger_entry.position IS 'without gaps; the chain of hashes follows it';
COMMENT ON COLUMN ledger_entry.transaction IS 'the position of the first entry of the same transaction';

-- Its row's lock puts all bookings in one order. It is taken before any account, and nothing but
-- what a change announces is locked after it.
CREATE TABLE ledger_head (
    one_row   boolean     PRIMARY KEY DEFAULT true CHECK (one_row),
    position  bigint      NOT NULL,
    hash      bytea       NOT NULL,
    booked_at timestamptz NOT NULL
);
INSERT INTO ledger_head (position, hash, booked_at) VALUES (0, '', '-infinity');

-- The price at which a key was first sold and what it cost: a ratio locked for the key's life, and
-- kept after it.
CREATE TABLE budget (
    key_id      uuid        PRIMARY KEY,
    reseller_id uuid        NOT NULL,
    client_id   uuid,
    currency    text        NOT NULL,
    price       bigint      NOT NULL,
    cost        bigint      NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cost_is_a_part_of_the_price CHECK (cost > 0 AND cost <= price)
);

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is not rewritten: % of %', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'WE006';
END
$$;

CREATE TRIGGER entries_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER budgets_are_locked BEFORE UPDATE OR DELETE OR TRUNCATE ON budget
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER accounts_stay BEFORE DELETE OR TRUNCATE ON account
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER accounts_keep_their_owner BEFORE UPDATE OF id, kind, reseller_id, key_id, currency ON account
    EXECUTE FUNCTION refuse_rewriting();

GRANT SELECT ON account, ledger_entry, ledger_head, budget TO ${adminRole};
