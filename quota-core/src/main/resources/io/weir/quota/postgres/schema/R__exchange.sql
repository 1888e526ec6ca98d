-- The only thing a gateway writes: in one call and one transaction it reports what it used, gives
-- back what it does not need, asks for more, and adds its usage rollups.
--
-- report: {"life", "leases": [{"subject", "policy", "starts", "ends", "used", "returned", "needs", "wants", "least"}],
--          "usage": [{"minute", "key_id", "group_id", "client_id", "reseller_id", "route", "model", "outcome",
--          "requests", "credits", "input", ..., "audio_out", "tokens_estimated"}]}, those of tokens where they are not zero
-- with instants in seconds since 1970, and the life of leases in milliseconds. Leases come sorted, so that two nodes never wait for each other.
--
-- reply: {"now", "nodes", "rank", "grants": [{"subject", "policy", "starts", "granted", "used", "leased",
--         "forfeited", "limit", "held"}]}
-- in the order of the leases; granted is null when the period is not the database's current one, nor
-- about to be. nodes are those that were seen lately, and rank how many of them come before this one.
--
-- WE001: the report does not follow the last one. WE002: it makes no sense. WE003: the node is fenced.
-- The detail of the first and the last is the number of the report that was applied last.
--
-- A node that gets nothing while others hold some is announced on the channel weir_lease, as
-- 'wanted SUBJECT POLICY'; when one of them gives back, 'returned SUBJECT POLICY' follows.
CREATE OR REPLACE FUNCTION exchange(reporter uuid, number bigint, report jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    known   node;
    item    record;
    total   counter;
    held    bigint;
    spent   bigint;
    most    bigint;
    alerts  numeric;
    free    bigint;
    granted bigint;
    observed boolean;
    stated  boolean;
    since   timestamptz;
    wall    timestamptz := clock_timestamp();
    lasting interval := (report ->> 'life')::bigint * interval '1 ms';
    others  bigint;
    before  bigint;
    -- one jsonb that grows would be copied for every lease
    grants  jsonb[] := '{}';
    answer  jsonb;
BEGIN
    INSERT INTO node (id) VALUES (reporter) ON CONFLICT DO NOTHING;
    SELECT * INTO known FROM node WHERE id = reporter FOR UPDATE;
    IF known.fenced_at IS NOT NULL THEN
        RAISE EXCEPTION 'node % was given up', reporter USING ERRCODE = 'WE003', DETAIL = known.applied;
    ELSIF number = known.applied AND known.reply IS NOT NULL THEN
        RETURN known.reply;
    ELSIF number <> known.sequence + 1 THEN
        RAISE EXCEPTION 'node % sent exchange %, but % is its next', reporter, number, known.sequence + 1
            USING ERRCODE = 'WE001', DETAIL = known.applied;
    END IF;

    FOR item IN
        SELECT * FROM jsonb_to_recordset(report -> 'leases') AS l(subject uuid, policy text, starts bigint,
            ends bigint, used bigint, returned bigint, needs bigint, wants bigint, least bigint)
    LOOP
        IF item.used < 0 OR item.returned < 0 OR item.needs < 0 OR item.wants < item.needs THEN
            RAISE EXCEPTION 'a lease report must not be negative: %', item USING ERRCODE = 'WE002';
        END IF;

        INSERT INTO counter (subject, policy, starts)
            VALUES (item.subject, item.policy, to_timestamp(item.starts)) ON CONFLICT DO NOTHING;
        SELECT * INTO total FROM counter c
            WHERE c.subject = item.subject AND c.policy = item.policy AND c.starts = to_timestamp(item.starts)
            FOR UPDATE;
        SELECT l.held INTO held FROM lease l
            WHERE l.subject = item.subject AND l.policy = item.policy AND l.starts = total.starts
              AND l.node = reporter;
        held := coalesce(held, 0);

        -- Work that is done is counted, even beyond the lease; what is given back must have been held.
        spent := least(item.used, held);
        IF item.returned > held - spent THEN
            RAISE EXCEPTION 'node % returns % of % held', reporter, item.returned, held - spent
                USING ERRCODE = 'WE002';
        END IF;
        held := held - spent - item.returned;
        total.used := total.used + item.used;
        total.leased := total.leased - spent - item.returned;

        -- The database's clock decides which period it is. A lease of the next one may be asked for a
        -- little ahead; its node does not spend it before its time.
        granted := NULL;
        most := NULL;
        SELECT q."limit", q.mode = 'observe', q.since, q.alert_of::numeric * q.alert_percents[1]
          INTO most, observed, since, alerts
          FROM quota q WHERE q.subject = item.subject AND q.policy = item.policy;
        stated := FOUND;
        IF stated AND wall < to_timestamp(item.ends) AND wall >= to_timestamp(item.starts) - interval '30 s'
                AND coalesce(since = total.starts, true) THEN
            IF most IS NULL OR observed THEN
                granted := item.wants;
            ELSE
                -- Near the end, grants shrink to what is needed, so that no node strands the rest.
                free := greatest(0, most - total.used - total.leased - total.forfeited);
                granted := least(item.wants, free, greatest(item.needs, free / 4));
                -- and a part that helps nobody stays here, where it may help somebody else
                IF granted < item.least THEN
                    granted := 0;
                END IF;
            END IF;
            held := held + granted;
            total.leased := total.leased + granted;
        END IF;

        IF granted = 0 AND item.needs > 0 AND total.leased > held THEN
            total.wanted := true;
            PERFORM pg_notify('weir_lease', format('wanted %s %s', item.subject, item.policy));
        ELSIF total.wanted AND item.returned > 0 THEN
            total.wanted := false;
            PERFORM pg_notify('weir_lease', format('returned %s %s', item.subject, item.policy));
        END IF;

        IF item.policy = 'budget' AND item.used + item.returned > 0 THEN
            -- Of a key that is gone, whatever comes back is returned without delay.
            total.unbooked_since := CASE WHEN NOT stated THEN '-infinity'
                WHEN item.used > 0 THEN coalesce(total.unbooked_since, wall) ELSE total.unbooked_since END;
        END IF;
        UPDATE counter c SET used = total.used, leased = total.leased, wanted = total.wanted,
                unbooked_since = total.unbooked_since
            WHERE c.subject = total.subject AND c.policy = total.policy AND c.starts = total.starts
              AND (c.used, c.leased, c.wanted) IS DISTINCT FROM (total.used, total.leased, total.wanted);
        IF item.policy = 'budget' THEN
            PERFORM reserve_budget(item.subject, total.used, total.leased);
        END IF;
        IF item.used > 0 AND total.used::numeric * 100 >= alerts THEN
            PERFORM note_alerts(total.subject, total.policy, total.starts, total.used);
        END IF;
        IF held > 0 THEN
            -- Counted from the arrival of the report, so later than by the node, who counts from its leaving.
            INSERT INTO lease AS l (node, subject, policy, starts, held, expires_at)
                VALUES (reporter, total.subject, total.policy, total.starts, held, wall + lasting)
                ON CONFLICT ON CONSTRAINT lease_pkey
                    DO UPDATE SET held = excluded.held, expires_at = excluded.expires_at;
        ELSE
            DELETE FROM lease l WHERE l.subject = total.subject AND l.policy = total.policy
                AND l.starts = total.starts AND l.node = reporter;
        END IF;

        grants := array_append(grants, jsonb_build_object('subject', item.subject, 'policy', item.policy,
            'starts', item.starts, 'granted', granted, 'used', total.used, 'leased', total.leased,
            'forfeited', total.forfeited, 'limit', most, 'held', held));
    END LOOP;

    PERFORM book_usage(report -> 'usage');

    SELECT count(*), count(*) FILTER (WHERE n.id < reporter) INTO others, before FROM node n
     WHERE n.id <> reporter AND n.fenced_at IS NULL AND n.seen_at > wall - interval '10 s';

    answer := jsonb_build_object('now', extract(epoch FROM wall), 'nodes', others + 1, 'rank', before,
        'grants', to_jsonb(grants));
    UPDATE node SET sequence = number, applied = number, reply = answer, seen_at = wall, life = lasting
     WHERE id = reporter;
    RETURN answer;
END
$$;

REVOKE ALL ON FUNCTION exchange(uuid, bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION exchange(uuid, bigint, jsonb) TO ${gatewayRole};
