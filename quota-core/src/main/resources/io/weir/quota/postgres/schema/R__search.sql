-- What of a pattern the index of trigrams is better asked for; nothing, if it is the whole. The index
-- reads the lists of all trigrams, and those that all clients have, as of the domain of their addresses,
-- cost the most and narrow nothing. So threes of characters that half the clients have are cut off both
-- ends, if two that hardly any has are left. How many have one, the server's statistics tell, a sample of
-- about a hundred. Whatever they say, clients that match the pattern are among those that match its part.
CREATE OR REPLACE FUNCTION rare_part(pattern text) RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = weir, pg_temp
AS $$
DECLARE
    -- an escaped character may be any, so that no escape is cut in two
    searched CONSTANT text := btrim(regexp_replace(pattern, '\\.', '_', 'g'), '%');
    -- to trigrams, all between words is the same
    between CONSTANT text := E'\n@.-+/&';
BEGIN
    RETURN (
        SELECT '%' || substr(searched, min(place), max(place) - min(place) + 3) || '%'
          FROM (SELECT place, count(*) AS sampled, count(*) FILTER (WHERE strpos(client, three) > 0) AS having_it
                  FROM generate_series(1, length(searched) - 2) AS place,
                       substr(translate(lower(searched), between, '       '), place, 3) AS three,
                       unnest((SELECT translate(lower(histogram_bounds::text), between, '       ')::text[]
                                 FROM pg_stats
                                WHERE schemaname = 'weir' AND tablename = 'client_search')) AS client
                 -- only these have a trigram
                 WHERE three ~ '^([a-z0-9]{2}[^_]|[^_][a-z0-9]{2})$'
                 GROUP BY place) AS seen
         WHERE having_it <= sampled / 2
        HAVING count(*) FILTER (WHERE having_it <= 2) >= 2
           AND max(place) - min(place) + 3 < length(searched));
END
$$;
REVOKE ALL ON FUNCTION rare_part(text) FROM PUBLIC;

-- The clients after one that have a text in their names or addresses, by the index of trigrams. Where
-- a policy holds the caller to some rows, that index is out of use, since LIKE could tell of others. So
-- this is the owner's work, whom no policy holds, and it looks itself whether its caller's session
-- reaches the reseller. It finds ids alone: the rows are read behind the policy.
CREATE OR REPLACE FUNCTION clients_like(reseller uuid, beyond uuid, pattern text, of_status text, most bigint)
    RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    -- IS TRUE keeps the other indexes out of it, and OFFSET 0 the order
    WITH rare AS MATERIALIZED (SELECT rare_part($3) AS part)
    SELECT id FROM (
        SELECT c.id FROM client c
         WHERE (SELECT reaches_all() OR coalesce(reached_reseller() = $1, false))
           AND (c.reseller_id = $1) IS TRUE AND (c.id > $2) IS TRUE
           AND (c.name || E'\n' || c.contact_email) ILIKE (SELECT coalesce(part, $3) FROM rare)
           AND ((SELECT part IS NULL FROM rare) OR (c.name || E'\n' || c.contact_email) ILIKE $3) IS TRUE
           AND ($4 IS NULL OR c.status = $4)
         OFFSET 0) found
     ORDER BY id LIMIT $5
$$;
REVOKE ALL ON FUNCTION clients_like(uuid, uuid, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_like(uuid, uuid, text, text, bigint) TO ${adminRole};
