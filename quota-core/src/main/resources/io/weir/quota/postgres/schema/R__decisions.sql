-- Keeps why requests were refused, and forgets what is older than 24 hours or of a key that has 1,000
-- newer ones; more of it than was added, so that the table stays bounded. Answers how many were added.
-- To look how many a key has costs more than to add one, so that is done for one in 64 that are
-- added, and whenever a key adds so many at once: a key may have some more than 1,000.
--
-- report: [{"id", "at", "key_id", "client_id", "reseller_id", "outcome", "route", "explanation"}], with
-- instants in milliseconds since 1970. A repeated report changes nothing.
CREATE OR REPLACE FUNCTION keep_decisions(report jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    added bigint;
BEGIN
    IF jsonb_array_length(report) > 5000 THEN
        RAISE EXCEPTION 'these are too many decisions at once: %', jsonb_array_length(report)
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO decision (id, key_id, client_id, reseller_id, decided_at, outcome, route, explanation)
        SELECT d.id, d.key_id, d.client_id, d.reseller_id,
               least(to_timestamp(d.at / 1000.0), clock_timestamp()), d.outcome, d.route, d.explanation
          FROM jsonb_to_recordset(report) AS d(id uuid, at bigint, key_id uuid, client_id uuid,
               reseller_id uuid, outcome text, route text, explanation jsonb)
         ORDER BY d.id
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;

    DELETE FROM decision WHERE id IN (
        SELECT d.id
          FROM (SELECT r.key_id, r.outcome, (
                       SELECT n.id FROM decision n WHERE n.key_id = r.key_id AND n.outcome = r.outcome
                        ORDER BY n.id DESC OFFSET 999 LIMIT 1) AS oldest
                  FROM jsonb_to_recordset(report) AS r(id uuid, key_id uuid, outcome text)
                 GROUP BY r.key_id, r.outcome
                HAVING count(*) >= 64 OR bool_or(get_byte(uuid_send(r.id), 15) % 64 = 0)) k
          JOIN decision d ON d.key_id = k.key_id AND d.outcome = k.outcome AND d.id < k.oldest
         ORDER BY d.id FOR UPDATE OF d SKIP LOCKED);

    DELETE FROM decision WHERE id IN (
        SELECT id FROM decision WHERE decided_at < clock_timestamp() - interval '24 h'
         ORDER BY decided_at LIMIT 1000 + 2 * added FOR UPDATE SKIP LOCKED);
    RETURN added;
END
$$;

REVOKE ALL ON FUNCTION keep_decisions(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_decisions(jsonb) TO ${gatewayRole};
