-- To some hundred nanoseconds (RFC 9562, section 6.2, method 3): those of one millisecond were in no
-- order, and what one statement puts down is listed in the order of its rows.
CREATE OR REPLACE FUNCTION next_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(overlay(uuid_send(gen_random_uuid())
               PLACING int8send(((now / 1000) << 16) | 28672 | (now % 1000 * 4096 / 1000))
               FROM 1 FOR 8), 'hex')::uuid
      FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) AS microseconds (now)
$$;
