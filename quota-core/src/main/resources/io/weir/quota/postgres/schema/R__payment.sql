-- What a payment provider tells of a checkout, in any order and as often as it likes.

-- It was paid: books it, once, if it is what was asked for. Answers 'paid'; 'repeated' if it was booked
-- before; 'unknown'; 'mismatch' if it is not what was asked for; 'stranded' if there is nobody to book
-- it for. What expired or failed and was paid after all is paid. The row is locked before the reseller
-- and the ledger.
CREATE OR REPLACE FUNCTION pay_checkout(called text, at text, paid bigint, money text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    c      checkout;
    booked record;
BEGIN
    SELECT * INTO c FROM checkout WHERE provider = called AND session = at FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF c.status = 'paid' THEN
        RETURN 'repeated';
    ELSIF c.charged <> paid OR c.currency <> money THEN
        RETURN 'mismatch';
    END IF;
    PERFORM FROM reseller r WHERE r.id = c.reseller_id AND r.currency = c.currency FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'stranded';
    END IF;
    SELECT * INTO booked FROM top_up(c.reseller_id, c.amount);
    UPDATE checkout SET status = 'paid', paid_at = booked.booked_at, entry = booked.entry WHERE id = c.id;
    RETURN 'paid';
END
$$;

-- It went on without a payment. Answers where it is now, 'repeated' if it was there or further, or
-- 'unknown'.
CREATE OR REPLACE FUNCTION move_checkout(called text, at text, target text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
BEGIN
    IF target NOT IN ('processing', 'expired', 'failed') THEN
        RAISE EXCEPTION 'a checkout is not moved to %', target USING ERRCODE = 'check_violation';
    END IF;
    UPDATE checkout SET status = target
     WHERE provider = called AND session = at
       AND (status = 'open' OR status = 'processing' AND target = 'failed');
    RETURN CASE WHEN FOUND THEN target
                WHEN EXISTS (SELECT FROM checkout WHERE provider = called AND session = at) THEN 'repeated'
                ELSE 'unknown' END;
END
$$;

REVOKE ALL ON FUNCTION pay_checkout(text, text, bigint, text), move_checkout(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pay_checkout(text, text, bigint, text), move_checkout(text, text, text) TO ${adminRole};
