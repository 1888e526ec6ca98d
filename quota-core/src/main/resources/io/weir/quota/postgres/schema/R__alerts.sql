-- Puts down which percentages of a quota are used, those of them that were not before in this period;
-- called by whatever adds to what is used, in its transaction and with the counter's row locked. So
-- each is there once, however many nodes report at once, and raising the limit brings no second one.
CREATE OR REPLACE FUNCTION note_alerts(whose uuid, which text, starting timestamptz, spent bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
BEGIN
    INSERT INTO alert (reseller_id, kind, subject, policy, starts, percent, unit, "limit", used)
        SELECT q.reseller_id, q.kind, whose, which, starting, p, q.unit, q.alert_of, spent
          FROM quota q, unnest(q.alert_percents) WITH ORDINALITY AS percents (p, n)
         WHERE q.subject = whose AND q.policy = which AND q.alert_of::numeric * p <= spent::numeric * 100
         ORDER BY n
        ON CONFLICT DO NOTHING;
    IF FOUND THEN
        -- They are told for as long as usage is; more are forgotten than are added.
        DELETE FROM alert WHERE id IN (
            SELECT id FROM alert WHERE crossed_at < clock_timestamp() - interval '400 days'
             ORDER BY crossed_at LIMIT 100 FOR UPDATE SKIP LOCKED);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION note_alerts(uuid, text, timestamptz, bigint) FROM PUBLIC;
