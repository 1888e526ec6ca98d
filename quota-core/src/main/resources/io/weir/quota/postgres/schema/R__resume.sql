-- A restarted gateway takes over from its former process: what report of that was applied last, and
-- what it holds. The number is used up, so that a report still on its way is not applied any more.
CREATE OR REPLACE FUNCTION resume(reporter uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    applied bigint;
BEGIN
    INSERT INTO node (id) VALUES (reporter) ON CONFLICT DO NOTHING;
    SELECT sequence INTO applied FROM node WHERE id = reporter FOR UPDATE;
    UPDATE node SET sequence = applied + 1, reply = NULL, seen_at = clock_timestamp() WHERE id = reporter;
    RETURN jsonb_build_object('applied', applied, 'sequence', applied + 1, 'leases',
        (SELECT coalesce(jsonb_agg(jsonb_build_object('subject', l.subject, 'policy', l.policy,
                'starts', extract(epoch FROM l.starts)::bigint, 'held', l.held)), '[]')
           FROM lease l WHERE l.node = reporter));
END
$$;

REVOKE ALL ON FUNCTION resume(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resume(uuid) TO ${gatewayRole};
