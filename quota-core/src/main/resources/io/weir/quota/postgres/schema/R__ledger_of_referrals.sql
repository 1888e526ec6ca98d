-- What referrers earn, by the rules of R__ledger.sql: of each part of what their referees consume, the
-- percentage of the tier it falls into. Like cost, the commission of a step is the difference of two
-- sums that are rounded down, so that the parts always sum to the whole.

CREATE OR REPLACE FUNCTION commission_of(nanos bigint) RETURNS bigint LANGUAGE sql STABLE
    SET search_path = weir, pg_temp
AS $$
    SELECT coalesce(div(sum(greatest(0, least(nanos, t.until) - t.from_nanos)::numeric * t.percent), 100), 0)::bigint
      FROM (SELECT from_nanos, percent, lead(from_nanos, 1, 9223372036854775807) OVER (ORDER BY from_nanos) AS until
              FROM referral_tier) t
$$;

-- Books what a reseller's consumption earns whoever referred it, if anybody did. The provider pays it,
-- out of its revenue.
CREATE OR REPLACE FUNCTION book_commission(first bigint, referee uuid, money text, nanos bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
DECLARE
    referrer uuid;
    before   bigint;
    total    bigint;
BEGIN
    SELECT referred_by INTO referrer FROM reseller WHERE id = referee;
    IF referrer IS NULL OR nanos = 0 THEN
        RETURN;
    END IF;
    SELECT consumed INTO before FROM referral r WHERE r.reseller_id = referrer AND r.currency = money FOR UPDATE;
    before := coalesce(before, 0);
    -- of several referees it may be more than is counted; what they spent is booked all the same
    total := least(9223372036854775807, before::numeric + nanos)::bigint;
    INSERT INTO referral (reseller_id, currency, consumed) VALUES (referrer, money, total)
        ON CONFLICT (reseller_id, currency) DO UPDATE SET consumed = excluded.consumed;
    PERFORM book(first, 'commission', account_of('revenue', referee, NULL, money),
        account_of('commission', referrer, NULL, money), commission_of(total) - commission_of(before));
END
$$;

-- How many a reseller referred: they are others, so the owner counts them.
CREATE OR REPLACE FUNCTION referees_of(referrer uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    SELECT count(*) FROM reseller WHERE referred_by = referrer
$$;

REVOKE ALL ON FUNCTION commission_of(bigint), referees_of(uuid), book_commission(bigint, uuid, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION referees_of(uuid) TO ${adminRole};
