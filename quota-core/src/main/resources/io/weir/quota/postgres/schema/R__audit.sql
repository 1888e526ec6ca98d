-- What a transaction changes is captured where it happens, so that no change is told otherwise than
-- it was made: triggers on what is sold keep it in a setting that ends with the transaction, until
-- audit() makes an entry of it. Of a change of many rows, the first are told and the rest counted.
-- What gateways count is not captured: they change nothing that is sold.

-- A row without what is a secret or always changes, and with ids as on the wire.
CREATE OR REPLACE FUNCTION audit_row(stored jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = weir, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
               WHEN value = 'null' THEN value
               WHEN key IN ('reseller_id', 'referred_by') THEN to_jsonb('rsl_' || (value #>> '{}'))
               WHEN key = 'client_id' THEN to_jsonb('cli_' || (value #>> '{}'))
               WHEN key = 'key_id' THEN to_jsonb('key_' || (value #>> '{}'))
               WHEN key = 'group_id' THEN to_jsonb('grp_' || (value #>> '{}'))
               WHEN key IN ('rule_id', 'default_rule_id') THEN to_jsonb('rul_' || (value #>> '{}'))
               ELSE value END), '{}')
      FROM jsonb_each(stored)
     WHERE key NOT IN ('id', 'revision', 'created_at', 'hash', 'url')
$$;

CREATE OR REPLACE FUNCTION audit_subject(prefix text, stored jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE prefix
               WHEN 'price' THEN (stored ->> 'route') || '/' || (stored ->> 'model')
               WHEN 'account' THEN (stored ->> 'kind') || ' ' || (stored ->> 'currency') || ' of '
                   || coalesce('key_' || (stored ->> 'key_id'), 'rsl_' || (stored ->> 'reseller_id'))
               WHEN 'budget' THEN 'budget of key_' || (stored ->> 'key_id')
               WHEN 'limits' THEN 'limits of rsl_' || (stored ->> 'reseller_id')
               WHEN 'kind' THEN (stored ->> 'kind') || ' ' || (stored ->> 'id')
               WHEN 'share' THEN 'share of ' || (stored ->> 'entity_id') || ' in ' || (stored ->> 'facility_id')
               ELSE prefix || '_' || (stored ->> 'id') END
$$;

CREATE OR REPLACE FUNCTION audit_owner(prefix text, stored jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE prefix WHEN 'rsl' THEN stored ->> 'id' ELSE stored ->> 'reseller_id' END
$$;

-- How many more changed rows are told.
CREATE OR REPLACE FUNCTION audit_room() RETURNS bigint LANGUAGE sql STABLE
AS $$
    SELECT 100 - coalesce(nullif(current_setting('weir.audited', true), '')::bigint, 0)
$$;

CREATE OR REPLACE FUNCTION audit_keep(seen jsonb, affected bigint) RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    told bigint := coalesce(nullif(current_setting('weir.audited', true), '')::bigint, 0);
BEGIN
    IF jsonb_array_length(seen) > 0 THEN
        PERFORM set_config('weir.audited_changes',
            (coalesce(nullif(current_setting('weir.audited_changes', true), ''), '[]')::jsonb || seen)::text, true);
    END IF;
    PERFORM set_config('weir.audited', (told + affected)::text, true);
END
$$;

-- The argument is what the table's ids begin with on the wire, or what else its rows are known by.
CREATE OR REPLACE FUNCTION audit_inserted() RETURNS trigger LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    PERFORM audit_keep(coalesce((
        SELECT jsonb_agg(jsonb_build_object('subject', audit_subject(TG_ARGV[0], a.stored), 'owner', audit_owner(TG_ARGV[0], a.stored),
                                            'before', NULL, 'after', jsonb_strip_nulls(audit_row(a.stored))))
          FROM (SELECT to_jsonb(r) AS stored FROM after_rows r LIMIT greatest(audit_room(), 0)) a), '[]'),
        (SELECT count(*) FROM after_rows));
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION audit_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    PERFORM audit_keep(coalesce((
        SELECT jsonb_agg(jsonb_build_object('subject', audit_subject(TG_ARGV[0], b.stored), 'owner', audit_owner(TG_ARGV[0], b.stored),
                                            'before', jsonb_strip_nulls(audit_row(b.stored)), 'after', NULL))
          FROM (SELECT to_jsonb(r) AS stored FROM before_rows r LIMIT greatest(audit_room(), 0)) b), '[]'),
        (SELECT count(*) FROM before_rows));
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION audit_updated() RETURNS trigger LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM before_rows) THEN
        RETURN NULL;
    END IF;
    PERFORM audit_keep(coalesce((
        SELECT jsonb_agg(jsonb_build_object('subject', audit_subject(TG_ARGV[0], b.stored), 'owner', audit_owner(TG_ARGV[0], b.stored),
                                            'before', coalesce(d.before, '{}'), 'after', coalesce(d.after, '{}')))
          FROM (SELECT to_jsonb(r) AS stored FROM before_rows r LIMIT greatest(audit_room(), 0)) b
               JOIN (SELECT to_jsonb(r) AS stored FROM after_rows r) a
                 ON audit_subject(TG_ARGV[0], a.stored) = audit_subject(TG_ARGV[0], b.stored)
               CROSS JOIN LATERAL (
                   SELECT jsonb_object_agg(o.key, o.value) AS before, jsonb_object_agg(o.key, n.value) AS after
                     FROM jsonb_each(audit_row(b.stored)) o JOIN jsonb_each(audit_row(a.stored)) n USING (key)
                    WHERE o.value IS DISTINCT FROM n.value) d), '[]'),
        (SELECT count(*) FROM before_rows));
    RETURN NULL;
END
$$;

DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT * FROM (VALUES
        ('reseller',  'rsl'),
        ('client',    'cli'),
        ('key',       'key'),
        ('key_group', 'grp'),
        ('rule',      'rul'),
        ('token',     'tok'),
        ('forfeit',   'ffe'),
        ('account',   'account'),
        ('budget',    'budget'),
        ('key_email', 'eml'),
        ('checkout',  'chk'),
        ('provisioning', 'limits'),
        ('facility',  'kind'),
        ('entity',    'kind'),
        ('entity_share', 'share'),
        ('price',     'price')
    ) AS t (name, prefix)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS after_rows
                        FOR EACH STATEMENT WHEN (session_user <> %L) EXECUTE FUNCTION audit_inserted(%L)', kept.name, '${gatewayRole}', kept.prefix);
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS before_rows
                        FOR EACH STATEMENT WHEN (session_user <> %L) EXECUTE FUNCTION audit_deleted(%L)', kept.name, '${gatewayRole}', kept.prefix);
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_updated AFTER UPDATE ON %I
                        REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
                        FOR EACH STATEMENT WHEN (session_user <> %L) EXECUTE FUNCTION audit_updated(%L)', kept.name, '${gatewayRole}', kept.prefix);
    END LOOP;
END
$$;

-- What an entry's hash covers beside the hash before it.
CREATE OR REPLACE FUNCTION audit_text(entry audit_entry) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT jsonb_build_array(entry.number, entry.id,
               to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               entry.actor_token, entry.actor_name, entry.actor_role, entry.actor_reseller,
               entry.resource, entry.action, entry.subjects, entry.reseller_id, entry.request_id,
               entry.changes, entry.omitted)::text
$$;

-- Makes an entry of what the transaction changed so far, or since the one before; of nothing, none.
CREATE OR REPLACE FUNCTION audit(
    entry_id uuid, token uuid, name text, role text, reseller uuid, resource text, action text, request text, path text)
    RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    captured jsonb  := coalesce(nullif(current_setting('weir.audited_changes', true), ''), '[]');
    rows     bigint := 100 - audit_room();
    owners   uuid[] := ARRAY(SELECT DISTINCT (c ->> 'owner')::uuid FROM jsonb_array_elements(captured) c);
    head     audit_head;
    entry    audit_entry;
BEGIN
    IF rows = 0 THEN
        RETURN 0;
    END IF;
    PERFORM set_config('weir.audited_changes', '', true), set_config('weir.audited', '', true);
    SELECT * INTO head FROM audit_head FOR UPDATE;
    entry.number := head.number + 1;
    entry.id := entry_id;
    entry.created_at := clock_timestamp();
    entry.actor_token := token;
    entry.actor_name := name;
    entry.actor_role := role;
    entry.actor_reseller := reseller;
    entry.resource := resource;
    entry.action := action;
    entry.subjects := ARRAY(
        SELECT DISTINCT s FROM (
            SELECT (regexp_matches(path, '/([a-z]{3}_[0-9a-f-]{36})(?=/|$)', 'g'))[1] AS s
            UNION ALL
            SELECT c ->> 'subject' FROM jsonb_array_elements(captured) c) named
         WHERE s ~ '^[a-z]{3}_' ORDER BY s);
    entry.reseller_id := CASE cardinality(owners) WHEN 1 THEN owners[1] WHEN 0 THEN reseller END;
    entry.request_id := request;
    entry.changes := coalesce((SELECT jsonb_agg(c - 'owner') FROM jsonb_array_elements(captured) c
                                WHERE c -> 'before' <> '{}' OR c -> 'after' <> '{}'), '[]');
    entry.omitted := greatest(rows - 100, 0);
    entry.hash := sha256(head.hash || convert_to(audit_text(entry), 'UTF8'));
    INSERT INTO audit_entry VALUES (entry.*);
    UPDATE audit_head SET number = entry.number, hash = entry.hash;
    RETURN entry.number;
END
$$;

REVOKE ALL ON FUNCTION audit(uuid, uuid, text, text, uuid, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit(uuid, uuid, text, text, uuid, text, text, text, text) TO ${adminRole};
