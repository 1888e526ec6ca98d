-- What keys with a budget spend, by the rules of R__ledger.sql. Gateways count it in the counter
-- 'budget', as any quota and without the ledger's lock: used is all that was spent, of which the
-- accounts consumed and margin hold what is booked. What is not booked yet, and what gateways hold on
-- lease, is reserved on the key's budget, so that nobody else is given it. What lost gateways held is
-- moved to the reseller's suspense, until it is decided over.
--
-- Whoever needs several of these locks takes the ledger's head first, then counters in the order of
-- keys, each with its accounts. An exchange takes no head.

-- What is booked of what a key has spent.
CREATE OR REPLACE FUNCTION booked_spending(key uuid) RETURNS bigint LANGUAGE sql STABLE
    SET search_path = weir, pg_temp
AS $$
    SELECT coalesce(sum(balance), 0)::bigint FROM account
     WHERE key_id = booked_spending.key AND kind IN ('consumed', 'margin')
$$;

-- Reserves what is spent and not booked, and what is leased. Work that is done is counted even where
-- nothing was left for it; what exceeds the budget waits for a top-up.
CREATE OR REPLACE FUNCTION reserve_budget(key uuid, used bigint, leased bigint) RETURNS void
    LANGUAGE sql SET search_path = weir, pg_temp
AS $$
    UPDATE account SET reserved = least(balance, used::numeric - booked_spending(reserve_budget.key) + leased)::bigint
     WHERE key_id = reserve_budget.key AND kind = 'budget'
       AND reserved <> least(balance, used::numeric - booked_spending(reserve_budget.key) + leased)
$$;

-- Books that a key spent so much, of its budget or of what lost gateways held of it.
CREATE OR REPLACE FUNCTION book_spent(b budget, own bigint, nanos bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    before bigint := booked_spending(b.key_id);
    part   bigint := cost_of(before + nanos, b) - cost_of(before, b);
    first  bigint;
BEGIN
    first := book(NULL, 'spending', own, account_of('consumed', b.reseller_id, b.key_id, b.currency), part);
    first := book(first, 'spending', own, account_of('margin', b.reseller_id, b.key_id, b.currency), nanos - part);
    first := book(first, 'spending', account_of('reserve', b.reseller_id, b.key_id, b.currency),
        account_of('revenue', b.reseller_id, NULL, b.currency), part);
    PERFORM book_commission(first, b.reseller_id, b.currency, part);
END
$$;

-- Books all that a key has spent; once the key is gone, also returns what no gateway holds of it.
CREATE OR REPLACE FUNCTION settle_budget(b budget) RETURNS void
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    total counter;
    own   account;
    after bigint;
    nanos bigint;
    first bigint;
BEGIN
    SELECT * INTO total FROM counter WHERE subject = b.key_id AND policy = 'budget' FOR UPDATE;
    total.used := coalesce(total.used, 0);
    total.leased := coalesce(total.leased, 0);
    UPDATE account SET reserved = 0 WHERE key_id = b.key_id AND kind = 'budget' RETURNING * INTO own;
    nanos := least(total.used - booked_spending(b.key_id), own.balance - total.leased);
    IF nanos > 0 THEN
        PERFORM book_spent(b, own.id, nanos);
    END IF;
    IF NOT EXISTS (SELECT FROM key k WHERE k.id = b.key_id) THEN
        nanos := own.balance - greatest(nanos, 0) - total.leased;
        first := book(NULL, 'return', own.id, account_of('sold', b.reseller_id, b.key_id, b.currency), nanos);
        -- what is still to come of it, from leases and forfeits, keeps its cost
        after := booked_spending(b.key_id);
        SELECT -balance INTO nanos FROM account WHERE key_id = b.key_id AND kind = 'sold';
        SELECT a.balance - cost_of(nanos, b) + cost_of(after, b) INTO nanos
          FROM account a WHERE a.key_id = b.key_id AND a.kind = 'reserve';
        PERFORM book(first, 'return', account_of('reserve', b.reseller_id, b.key_id, b.currency),
            account_of('balance', b.reseller_id, NULL, b.currency), nanos);
    END IF;
    PERFORM reserve_budget(b.key_id, total.used, total.leased);
    UPDATE counter SET unbooked_since = NULL WHERE subject = b.key_id AND policy = 'budget';
END
$$;

-- Books what has waited for so long, of so many keys at most. Answers of how many it did.
CREATE OR REPLACE FUNCTION book_spending(waited interval, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    latest timestamptz := clock_timestamp() - waited;
    due    uuid;
    b      budget;
    booked integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM counter WHERE unbooked_since <= latest) THEN
        RETURN 0;
    END IF;
    -- What is booked here nobody changed: the audit log keeps none of it.
    PERFORM set_config('weir.audited', '100', true);
    PERFORM lock_ledger();
    FOR due IN
        SELECT o.subject FROM (SELECT subject FROM counter WHERE unbooked_since <= latest
                                ORDER BY unbooked_since LIMIT most) o ORDER BY o.subject
    LOOP
        SELECT * INTO b FROM budget WHERE key_id = due;
        PERFORM settle_budget(b);
        booked := booked + 1;
    END LOOP;
    RETURN booked;
END
$$;

-- Sets aside what a lost gateway held of a budget, whose counter is locked and says so already.
CREATE OR REPLACE FUNCTION suspend_budget(key uuid, nanos bigint, used bigint, leased bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    b   budget;
    own account;
BEGIN
    SELECT * INTO b FROM budget WHERE key_id = suspend_budget.key;
    UPDATE account SET reserved = 0 WHERE key_id = b.key_id AND kind = 'budget' RETURNING * INTO own;
    PERFORM book(NULL, 'forfeit', own.id, account_of('suspense', b.reseller_id, NULL, b.currency), nanos);
    PERFORM reserve_budget(b.key_id, used, leased);
END
$$;

-- Decides over what was set aside: counts it as spent, or frees it.
CREATE OR REPLACE FUNCTION decide_suspended(key uuid, nanos bigint, verdict text) RETURNS void
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    b budget;
BEGIN
    SELECT * INTO b FROM budget WHERE key_id = decide_suspended.key;
    IF verdict = 'booked' THEN
        PERFORM book_spent(b, account_of('suspense', b.reseller_id, NULL, b.currency), nanos);
    ELSE
        PERFORM book(NULL, 'forfeit', account_of('suspense', b.reseller_id, NULL, b.currency),
            account_of('budget', b.reseller_id, b.key_id, b.currency), nanos);
    END IF;
    PERFORM settle_budget(b);
END
$$;

-- Whichever way keys go, what no gateway holds of their budgets goes back at once; what is spent stays
-- so, and the rest follows as gateways give it back.
CREATE OR REPLACE FUNCTION return_budgets() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    b budget;
BEGIN
    IF NOT EXISTS (SELECT FROM gone JOIN budget ON key_id = gone.id) THEN
        RETURN NULL;
    END IF;
    PERFORM lock_ledger();
    FOR b IN SELECT budget.* FROM gone JOIN budget ON key_id = gone.id ORDER BY key_id LOOP
        PERFORM settle_budget(b);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER budgets_are_returned AFTER DELETE ON key REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION return_budgets();

REVOKE ALL ON FUNCTION booked_spending(uuid), reserve_budget(uuid, bigint, bigint),
    book_spent(budget, bigint, bigint), settle_budget(budget), book_spending(interval, integer),
    suspend_budget(uuid, bigint, bigint, bigint), decide_suspended(uuid, bigint, text), return_budgets() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION book_spending(interval, integer) TO ${adminRole};
