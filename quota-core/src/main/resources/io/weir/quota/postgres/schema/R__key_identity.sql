-- Another text as soon as a key belongs to somebody else or is opened by other secrets: whoever knows a
-- key by its secret can tell by it whether that is still so.
CREATE OR REPLACE FUNCTION key_identity(k key) RETURNS text
    LANGUAGE sql STABLE SET search_path = weir, pg_temp
AS $$
    SELECT md5(concat_ws(' ', k.reseller_id, coalesce(k.client_id::text, '-'), coalesce(k.group_id::text, '-'),
        (SELECT string_agg(encode(hash, 'hex') || coalesce(extract(epoch FROM expires_at)::text, '-'), ' ' ORDER BY hash)
           FROM credential WHERE key_id = k.id)))
$$;

REVOKE ALL ON FUNCTION key_identity(key) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION key_identity(key) TO ${adminRole}, ${gatewayRole};
