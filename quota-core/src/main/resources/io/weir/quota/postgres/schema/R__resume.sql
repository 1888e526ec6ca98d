-- A gateway starts, or goes on under a new identity: what report of this node was applied last, and
-- what it holds. The number is larger than any that this node sent before, so that a report still on
-- its way is not applied any more, nor a resume that was given up and comes late. The same one again,
-- before any report, changes nothing.
--
-- called is its name, or null. replaced is the identity it had before, when that can't be used any
-- more. What the former holders held is set aside: replaced, whether alive or not, as only its own
-- gateway says so; and others of that name. A gateway that says nothing of a former identity has
-- lost it, so it takes over its name even from a node that was seen a moment ago; one that does
-- say leaves such a node alone, so that two gateways with one name by mistake do not go on
-- replacing each other.
--
-- WE001: the node has sent a larger number. WE003: this very node is fenced. The detail of both is the
-- number of the last report that was applied.
DROP FUNCTION IF EXISTS resume(uuid);
DROP FUNCTION IF EXISTS resume(uuid, text, uuid);
CREATE OR REPLACE FUNCTION resume(reporter uuid, called text, replaced uuid, number bigint) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    known node;
    lost  uuid[];
BEGIN
    INSERT INTO node (id) VALUES (reporter) ON CONFLICT DO NOTHING;
    PERFORM FROM node WHERE id IN (reporter, replaced) OR (name = called AND fenced_at IS NULL)
        ORDER BY id FOR UPDATE;
    SELECT * INTO known FROM node WHERE id = reporter;
    IF known.fenced_at IS NOT NULL THEN
        RAISE EXCEPTION 'node % was given up', reporter USING ERRCODE = 'WE003', DETAIL = known.applied;
    ELSIF number < known.sequence THEN
        RAISE EXCEPTION 'node % resumed as %, after %', reporter, number, known.sequence
            USING ERRCODE = 'WE001', DETAIL = known.applied;
    END IF;
    UPDATE node SET name = called, sequence = number, reply = NULL, seen_at = clock_timestamp()
     WHERE id = reporter;
    UPDATE node SET successor = reporter WHERE id = replaced AND id <> reporter;

    SELECT array_agg(n.id) INTO lost FROM node n
     WHERE n.fenced_at IS NULL AND n.id <> reporter
       AND (n.id = replaced OR (n.name = called
            AND (known.sequence = 0 AND replaced IS NULL OR n.seen_at + n.life <= clock_timestamp())));

    RETURN jsonb_build_object('applied', known.applied, 'sequence', number,
        'forfeits', set_aside(lost, reporter), 'leases',
        (SELECT coalesce(jsonb_agg(jsonb_build_object('subject', l.subject, 'policy', l.policy,
                'starts', extract(epoch FROM l.starts)::bigint, 'held', l.held)), '[]')
           FROM lease l WHERE l.node = reporter));
END
$$;

REVOKE ALL ON FUNCTION resume(uuid, text, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resume(uuid, text, uuid, bigint) TO ${gatewayRole};
