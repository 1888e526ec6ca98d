-- Fences nodes, so that nothing they report is applied from then on, and sets what they held aside.
-- Counters are locked in the order in which exchanges lock them. For the functions below and for
-- resume, which say when that may be done, and have the nodes' rows locked.
CREATE OR REPLACE FUNCTION set_aside(lost uuid[], heir uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    held     lease;
    total    counter;
    forfeits bigint := 0;
BEGIN
    IF EXISTS (SELECT FROM lease WHERE node = ANY (lost) AND policy = 'budget') THEN
        PERFORM lock_ledger();
    END IF;
    UPDATE node SET fenced_at = clock_timestamp(), successor = heir, reply = NULL WHERE id = ANY (lost);
    FOR held IN
        SELECT * FROM lease WHERE node = ANY (lost) ORDER BY subject, policy COLLATE "C", starts, node
    LOOP
        UPDATE counter c SET leased = c.leased - held.held, forfeited = c.forfeited + held.held
         WHERE c.subject = held.subject AND c.policy = held.policy AND c.starts = held.starts
            RETURNING * INTO total;
        IF held.policy = 'budget' THEN
            PERFORM suspend_budget(held.subject, held.held, total.used, total.leased);
        END IF;
        INSERT INTO forfeit (node, subject, policy, starts, units)
            VALUES (held.node, held.subject, held.policy, held.starts, held.held);
        forfeits := forfeits + 1;
    END LOOP;
    DELETE FROM lease WHERE node = ANY (lost);
    RETURN forfeits;
END
$$;

REVOKE ALL ON FUNCTION set_aside(uuid[], uuid) FROM PUBLIC;

-- An operator gives a node up: answers how many forfeits came of it, 0 if it was given up before.
--
-- WE004: it was seen within the life of its leases, so that it may be spending them.
-- P0002: there is no such node.
CREATE OR REPLACE FUNCTION forfeit_node(lost uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    known node;
BEGIN
    SELECT * INTO known FROM node WHERE id = lost FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no node %', lost USING ERRCODE = 'no_data_found';
    ELSIF known.fenced_at IS NOT NULL THEN
        RETURN 0;
    ELSIF known.seen_at + known.life > clock_timestamp() THEN
        RAISE EXCEPTION 'node % was seen %, its leases may be in use until %', lost, known.seen_at,
            known.seen_at + known.life USING ERRCODE = 'WE004';
    END IF;
    RETURN set_aside(ARRAY[lost], NULL);
END
$$;

REVOKE ALL ON FUNCTION forfeit_node(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forfeit_node(uuid) TO ${adminRole};

-- Decides over a forfeit, once: 'refunded' frees its units and wakes the nodes that wait for some,
-- 'booked' counts them as used. Answers the forfeit as it stands.
--
-- WE005: it was decided before, in whatever way. P0002: there is no such forfeit.
CREATE OR REPLACE FUNCTION decide_forfeit(forfeited uuid, verdict text) RETURNS forfeit
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    known forfeit;
    spent bigint;
BEGIN
    SELECT * INTO known FROM forfeit WHERE id = forfeited FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no forfeit %', forfeited USING ERRCODE = 'no_data_found';
    ELSIF known.decision IS NOT NULL THEN
        RAISE EXCEPTION 'forfeit % is % since %', forfeited, known.decision, known.decided_at
            USING ERRCODE = 'WE005';
    END IF;
    IF known.policy = 'budget' THEN
        PERFORM lock_ledger();
    END IF;
    UPDATE forfeit SET decision = verdict, decided_at = clock_timestamp() WHERE id = forfeited
        RETURNING * INTO known;
    UPDATE counter c
       SET forfeited = c.forfeited - known.units,
           used = c.used + CASE verdict WHEN 'booked' THEN known.units ELSE 0 END,
           wanted = c.wanted AND verdict = 'booked'
     WHERE c.subject = known.subject AND c.policy = known.policy AND c.starts = known.starts
        RETURNING c.used INTO spent;
    IF known.policy = 'budget' THEN
        PERFORM decide_suspended(known.subject, known.units, verdict);
    END IF;
    IF verdict = 'booked' THEN
        PERFORM note_alerts(known.subject, known.policy, known.starts, spent);
    END IF;
    IF verdict = 'refunded' THEN
        PERFORM pg_notify('weir_lease', format('returned %s %s', known.subject, known.policy));
    END IF;
    RETURN known;
END
$$;

REVOKE ALL ON FUNCTION decide_forfeit(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION decide_forfeit(uuid, text) TO ${adminRole};

-- For the operator who may give nodes up.
DROP VIEW IF EXISTS expired_lease;
CREATE VIEW expired_lease WITH (security_invoker = true) AS
    SELECT l.node, n.name, n.seen_at, n.seen_at + n.life <= now() AS may_be_forfeited,
           l.subject, l.policy, l.starts, l.held, l.expires_at
      FROM lease l JOIN node n ON n.id = l.node
     WHERE l.expires_at <= now();
COMMENT ON VIEW expired_lease IS
    'leases whose node has not renewed them in time; nobody else gets their units until it reports, or is given up by forfeit_node(node)';

GRANT SELECT ON expired_lease TO ${adminRole};
