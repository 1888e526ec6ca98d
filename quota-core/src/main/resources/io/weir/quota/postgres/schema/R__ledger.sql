-- All that moves money. Each of these is called in a transaction of its caller, who takes no lock on
-- a reseller or key after it: they lock those first, then the ledger's head, then accounts.
--
-- WE007: too little is available; the detail is how much there is. 22003 and 23514: the amount does
-- not fit. P0002: there is no such reseller, key or budget.

-- What an entry adds to the chain: a hash over the one before and all that it says. STABLE as
-- convert_to is, and not less: only so is it written into the query that calls it, which makes
-- verifying three times as fast.
CREATE OR REPLACE FUNCTION seal(before bytea, e ledger_entry) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT sha256(before || int8send(e.position) || int8send(e.transaction) || int8send(e.debit_account)
        || int8send(e.credit_account) || int8send(e.amount) || timestamptz_send(e.booked_at)
        || convert_to(e.currency || e.kind, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION lock_ledger() RETURNS void LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    PERFORM FROM ledger_head FOR UPDATE;
END
$$;

-- The account, opened if there is none yet.
CREATE OR REPLACE FUNCTION account_of(what text, reseller uuid, key uuid, money text) RETURNS bigint
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    known bigint;
BEGIN
    SELECT id INTO known FROM account
     WHERE kind = what AND reseller_id = reseller AND key_id IS NOT DISTINCT FROM key AND currency = money;
    IF NOT FOUND THEN
        INSERT INTO account (kind, reseller_id, key_id, currency) VALUES (what, reseller, key, money)
            RETURNING id INTO known;
    END IF;
    RETURN known;
END
$$;

CREATE OR REPLACE FUNCTION require_amount(nanos bigint) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    IF nanos <= 0 THEN
        RAISE EXCEPTION 'an amount of %', nanos USING ERRCODE = 'check_violation';
    END IF;
END
$$;

-- Books one entry of the transaction that began at a position, or of a new one. Answers where the
-- transaction begins. An entry of nothing is none.
CREATE OR REPLACE FUNCTION book(first bigint, what text, debit bigint, credit bigint, nanos bigint) RETURNS bigint
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    head  ledger_head;
    entry ledger_entry;
BEGIN
    IF nanos = 0 THEN
        RETURN first;
    END IF;
    UPDATE account SET balance = balance - nanos WHERE id = debit;
    UPDATE account SET balance = balance + nanos WHERE id = credit RETURNING currency INTO entry.currency;
    SELECT * INTO head FROM ledger_head;
    entry.position := head.position + 1;
    entry.transaction := coalesce(first, entry.position);
    entry.kind := what;
    entry.debit_account := debit;
    entry.credit_account := credit;
    entry.amount := nanos;
    -- in the order of positions, also when the clock is set back
    entry.booked_at := greatest(clock_timestamp(), head.booked_at);
    entry.hash := seal(head.hash, entry);
    INSERT INTO ledger_entry VALUES (entry.*);
    UPDATE ledger_head SET position = entry.position, hash = entry.hash, booked_at = entry.booked_at;
    RETURN entry.transaction;
END
$$;

-- A reseller paid in.
CREATE OR REPLACE FUNCTION top_up(reseller uuid, nanos bigint)
    RETURNS TABLE (entry bigint, booked_at timestamptz, currency text, balance bigint, reserved bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    money text;
    paid  bigint;
    own   bigint;
BEGIN
    PERFORM require_amount(nanos);
    SELECT currency INTO money FROM reseller r WHERE r.id = reseller FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no reseller %', reseller USING ERRCODE = 'no_data_found';
    END IF;
    PERFORM lock_ledger();
    own := account_of('balance', reseller, NULL, money);
    paid := book(NULL, 'top-up', account_of('cash', reseller, NULL, money), own, nanos);
    RETURN QUERY SELECT e.position, e.booked_at, money, a.balance, a.reserved
                   FROM ledger_entry e JOIN account a ON a.id = own WHERE e.position = paid;
END
$$;

-- Recomputes everything, in one snapshot: each hash, each position, each balance from its entries,
-- and the sum of all, which is zero in each currency.
CREATE OR REPLACE FUNCTION verify_ledger()
    RETURNS TABLE (verified boolean, accounts bigint, entries bigint, head bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    WITH chain AS (
        SELECT count(*) AS entries, coalesce(bool_and(l.sound), true) AS sound
          FROM (SELECT e.position = row_number() OVER w AND e.hash = seal(lag(e.hash, 1, '') OVER w, e) AS sound
                  FROM ledger_entry e WINDOW w AS (ORDER BY e.position)) l
    ), moved AS (
        SELECT account, currency, sum(amount) AS balance
          FROM (SELECT credit_account AS account, currency, amount FROM ledger_entry
                UNION ALL
                SELECT debit_account, currency, -amount FROM ledger_entry) m
         GROUP BY account, currency
    ), books AS (
        SELECT count(a.id) AS accounts,
               coalesce(bool_and(a.id IS NOT NULL AND a.balance = coalesce(m.balance, 0)), true) AS sound
          FROM account a FULL JOIN moved m ON m.account = a.id AND m.currency = a.currency
    ), sums AS (
        SELECT coalesce(bool_and(balance = 0), true) AS sound
          FROM (SELECT sum(balance) AS balance FROM account GROUP BY currency) s
    ), latest AS (
        SELECT coalesce((SELECT hash FROM ledger_entry ORDER BY position DESC LIMIT 1), '') AS hash
    )
    SELECT chain.sound AND books.sound AND sums.sound AND h.position = chain.entries AND h.hash = latest.hash,
           books.accounts, chain.entries, h.hash
      FROM chain, books, sums, latest, ledger_head h
$$;

REVOKE ALL ON FUNCTION seal(bytea, ledger_entry), lock_ledger(), account_of(text, uuid, uuid, text),
    require_amount(bigint), book(bigint, text, bigint, bigint, bigint), top_up(uuid, bigint), verify_ledger() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION top_up(uuid, bigint), verify_ledger() TO ${adminRole};
