-- What buys budgets for keys, by the rules of R__ledger.sql. A key's budget is in client price; its
-- cost was debited from its reseller, and is put aside in its reserve.
--
-- WE008: the key has no budget. The other states are as there.

-- What so much of client price costs, by the ratio that was agreed first. The cost of a step is the
-- difference of two of these, so that the parts always sum to the whole.
CREATE OR REPLACE FUNCTION cost_of(nanos bigint, b budget) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT div(nanos::numeric * b.cost, b.price)::bigint
$$;

CREATE OR REPLACE FUNCTION require_available(of bigint, nanos bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    available bigint;
BEGIN
    SELECT balance - reserved INTO available FROM account WHERE id = of;
    IF available < nanos THEN
        RAISE EXCEPTION 'account % has %, not %', of, available, nanos USING ERRCODE = 'WE007', DETAIL = available;
    END IF;
END
$$;

-- The budget of a key that is there, which then stays until the end of the transaction. WE008: it
-- has none.
CREATE OR REPLACE FUNCTION budget_of(key uuid) RETURNS budget LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    found_budget budget;
BEGIN
    PERFORM FROM key k WHERE k.id = budget_of.key FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no key %', key USING ERRCODE = 'no_data_found';
    END IF;
    SELECT * INTO found_budget FROM budget b WHERE b.key_id = budget_of.key;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'key % has no budget', key USING ERRCODE = 'WE008';
    END IF;
    RETURN found_budget;
END
$$;

-- Gives a new key a budget, and debits its cost from the reseller.
CREATE OR REPLACE FUNCTION open_budget(new_key uuid, price bigint, cost bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    b     budget;
    own   bigint;
    first bigint;
BEGIN
    INSERT INTO budget (key_id, reseller_id, client_id, currency, price, cost)
        SELECT k.id, k.reseller_id, k.client_id, r.currency, open_budget.price, open_budget.cost
          FROM key k JOIN reseller r ON r.id = k.reseller_id WHERE k.id = new_key FOR SHARE
        RETURNING * INTO b;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no key %', new_key USING ERRCODE = 'no_data_found';
    END IF;
    PERFORM lock_ledger();
    own := account_of('balance', b.reseller_id, NULL, b.currency);
    PERFORM require_available(own, b.cost);
    first := book(NULL, 'budget', own, account_of('reserve', b.reseller_id, b.key_id, b.currency), b.cost);
    PERFORM book(first, 'budget', account_of('sold', b.reseller_id, b.key_id, b.currency),
        account_of('budget', b.reseller_id, b.key_id, b.currency), b.price);
END
$$;

-- Adds client price to a key's budget, and debits its part of the cost. Answers what that was.
CREATE OR REPLACE FUNCTION top_up_budget(topped_key uuid, nanos bigint)
    RETURNS TABLE (entry bigint, booked_at timestamptz, currency text, reseller_id uuid, cost bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    b     budget;
    own   bigint;
    sold  bigint;
    first bigint;
    total bigint;
    debit bigint;
BEGIN
    PERFORM require_amount(nanos);
    b := budget_of(topped_key);
    PERFORM lock_ledger();
    own := account_of('balance', b.reseller_id, NULL, b.currency);
    sold := account_of('sold', b.reseller_id, b.key_id, b.currency);
    SELECT -balance INTO total FROM account WHERE id = sold;
    debit := cost_of(total + nanos, b) - cost_of(total, b);
    PERFORM require_available(own, debit);
    first := book(NULL, 'budget', own, account_of('reserve', b.reseller_id, b.key_id, b.currency), debit);
    first := book(first, 'budget', sold, account_of('budget', b.reseller_id, b.key_id, b.currency), nanos);
    RETURN QUERY SELECT e.position, e.booked_at, b.currency, b.reseller_id, debit
                   FROM ledger_entry e WHERE e.position = first;
END
$$;

DROP FUNCTION IF EXISTS spend_budget(uuid, bigint);

REVOKE ALL ON FUNCTION cost_of(bigint, budget), require_available(bigint, bigint), budget_of(uuid),
    open_budget(uuid, bigint, bigint), top_up_budget(uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_budget(uuid, bigint, bigint), top_up_budget(uuid, bigint) TO ${adminRole};
