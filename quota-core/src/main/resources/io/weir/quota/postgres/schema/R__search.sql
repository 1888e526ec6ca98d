-- The clients after one that have a text in their names or addresses, by the index of trigrams. Where
-- a policy holds the caller to some rows, that index is out of use, since LIKE could tell of others. So
-- this is the owner's work, whom no policy holds, and it looks itself whether its caller's session
-- reaches the reseller. It finds ids alone: the rows are read behind the policy.
CREATE OR REPLACE FUNCTION clients_like(reseller uuid, beyond uuid, pattern text, of_status text, most bigint)
    RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    -- IS TRUE keeps the other indexes out of it, and OFFSET 0 the order
    SELECT id FROM (
        SELECT c.id FROM client c
         WHERE (SELECT reaches_all() OR coalesce(reached_reseller() = $1, false))
           AND (c.reseller_id = $1) IS TRUE AND (c.id > $2) IS TRUE
           AND (c.name || E'\n' || c.contact_email) ILIKE $3 AND ($4 IS NULL OR c.status = $4)
         OFFSET 0) found
     ORDER BY id LIMIT $5
$$;
REVOKE ALL ON FUNCTION clients_like(uuid, uuid, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_like(uuid, uuid, text, text, bigint) TO ${adminRole};
