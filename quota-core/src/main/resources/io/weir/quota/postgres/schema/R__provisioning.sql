-- Every limit of every reseller with what is used of it: the one place that says what usage is. A
-- reservation counts until it expires, whether its gateway is still there or not.
CREATE OR REPLACE VIEW provisioning_limit (reseller_id, name, facility_id, max, used) WITH (security_invoker = true) AS
    SELECT r.id, l.name, NULL::uuid, l.max, l.used
      FROM reseller r LEFT JOIN provisioning p ON p.reseller_id = r.id
           CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE e.kind = 'tenant') AS tenants,
                      count(*) FILTER (WHERE e.kind = 'vdc') AS vdcs,
                      count(*) FILTER (WHERE e.kind = 'vm') AS vms,
                      coalesce(sum(e.cpu), 0)::bigint AS cpu,
                      coalesce(sum(e.memory_gb), 0)::bigint AS memory_gb
                 FROM entity e
                WHERE e.reseller_id = r.id AND (e.reserved_until IS NULL OR e.reserved_until > now())) u
           CROSS JOIN LATERAL (VALUES
               ('tenants', p.max_tenants, u.tenants),
               ('vdcs', p.max_vdcs, u.vdcs),
               ('vms', p.max_vms, u.vms),
               ('cpu', p.max_cpu, u.cpu),
               ('memory_gb', p.max_memory_gb, u.memory_gb)) l (name, max, used)
    UNION ALL
    SELECT f.reseller_id, CASE f.kind WHEN 'storage_policy' THEN 'storage' ELSE 'backup_storage' END, f.id, f.max_gb, (
               SELECT coalesce(sum(s.gb), 0)::bigint
                 FROM entity_share s JOIN entity e ON e.reseller_id = s.reseller_id AND e.id = s.entity_id
                WHERE s.reseller_id = f.reseller_id AND s.facility_id = f.id
                  AND (e.reserved_until IS NULL OR e.reserved_until > now()))
      FROM facility f WHERE f.allocated AND f.kind <> 'data_center';
COMMENT ON VIEW provisioning_limit IS 'a null maximum is unlimited';
GRANT SELECT ON provisioning_limit TO ${adminRole};

-- Whoever changes anything of a reseller's provisioning holds this. False if there is no such reseller.
CREATE OR REPLACE FUNCTION provisioning_lock(of_reseller uuid) RETURNS boolean
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    PERFORM FROM provisioning p WHERE p.reseller_id = of_reseller FOR UPDATE;
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM FROM reseller r WHERE r.id = of_reseller FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO provisioning (reseller_id) VALUES (of_reseller) ON CONFLICT DO NOTHING;
    PERFORM FROM provisioning p WHERE p.reseller_id = of_reseller FOR UPDATE;
    RETURN true;
END
$$;

-- Takes the place of an entity, under the lock, or tells everything that stands in its way. Storage and
-- backup are lists of facilities with their gigabytes beside them. What is reserved until an instant is
-- settled or released later; what is not exists at once.
CREATE OR REPLACE FUNCTION provisioning_take(
    of_reseller uuid, new_id uuid, new_kind text, new_name text, parent uuid, data_center uuid, new_type text,
    cpus bigint, memory bigint, storage uuid[], storage_gb bigint[], backup uuid[], backup_gb bigint[], until timestamptz)
    RETURNS TABLE (reason text, name text, facility_id uuid, max bigint, used bigint, asked bigint)
    LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF NOT provisioning_lock(of_reseller) THEN
        RAISE 'There is no such reseller' USING ERRCODE = 'no_data_found';
    END IF;

    RETURN QUERY
    WITH of_facilities (name, kind, id, amount) AS (
        SELECT 'data_center', 'data_center', data_center, NULL::bigint WHERE data_center IS NOT NULL
        UNION ALL SELECT 'storage', 'storage_policy', s.id, s.gb FROM unnest(storage, storage_gb) AS s (id, gb)
        UNION ALL SELECT 'backup_storage', 'backup_storage', b.id, b.gb FROM unnest(backup, backup_gb) AS b (id, gb)
    ), of_limits (name, id, amount) AS (
        SELECT new_kind || 's', NULL::uuid, 1::bigint
        UNION ALL SELECT 'cpu', NULL, cpus
        UNION ALL SELECT 'memory_gb', NULL, memory
        UNION ALL SELECT o.name, o.id, o.amount FROM of_facilities o
    )
    SELECT 'unknown', 'parent', NULL::uuid, NULL::bigint, NULL::bigint, NULL::bigint
     WHERE parent IS NOT NULL AND NOT EXISTS (
               SELECT FROM entity e
                WHERE e.reseller_id = of_reseller AND e.id = parent AND e.reserved_until IS NULL
                  AND e.kind = CASE new_kind WHEN 'vdc' THEN 'tenant' WHEN 'vm' THEN 'vdc' END)
    UNION ALL
    SELECT CASE WHEN f.id IS NULL THEN 'unknown' ELSE 'not-allocated' END, o.name, o.id, NULL, NULL, NULL
      FROM of_facilities o LEFT JOIN facility f ON f.reseller_id = of_reseller AND f.id = o.id AND f.kind = o.kind
     WHERE f.allocated IS NOT TRUE
    UNION ALL
    SELECT 'payg', 'type', NULL, NULL, NULL, NULL
      FROM provisioning p WHERE p.reseller_id = of_reseller AND new_type = 'payg' AND NOT p.allow_payg
    UNION ALL
    SELECT 'limit', l.name, l.facility_id, l.max, l.used, o.amount
      FROM provisioning_limit l JOIN of_limits o ON l.name = o.name AND l.facility_id IS NOT DISTINCT FROM o.id
     WHERE l.reseller_id = of_reseller AND o.amount > 0 AND o.amount > l.max - l.used;
    IF FOUND THEN
        RETURN;
    END IF;

    INSERT INTO entity (reseller_id, id, kind, name, parent_id, data_center_id, type, cpu, memory_gb, reserved_until)
    VALUES (of_reseller, new_id, new_kind, new_name, parent, data_center, new_type, cpus, memory, until);
    INSERT INTO entity_share (reseller_id, entity_id, facility_id, gb)
    SELECT of_reseller, new_id, s.id, s.gb FROM unnest(storage || backup, storage_gb || backup_gb) AS s (id, gb);
END
$$;

-- Tells who watches usage that it may have changed: whose, and nothing else.
CREATE OR REPLACE FUNCTION provisioning_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('weir_provisioning', coalesce(NEW.reseller_id, OLD.reseller_id)::text);
    RETURN NULL;
END
$$;
DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['provisioning', 'facility', 'entity', 'entity_share'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER provisioning_changed AFTER INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION provisioning_changed()', watched);
    END LOOP;
END
$$;

-- What a gateway does around a request that creates or deletes an entity at an upstream. A reservation is
-- one request's: asked for again, it is the same one.
CREATE OR REPLACE FUNCTION provisioning_reserve(
    of_reseller uuid, reservation uuid, new_kind text, data_center uuid, new_type text, cpus bigint, memory bigint,
    storage uuid[], storage_gb bigint[], backup uuid[], backup_gb bigint[], life interval)
    RETURNS TABLE (reason text, name text, facility_id uuid, max bigint, used bigint, asked bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF NOT provisioning_lock(of_reseller) THEN
        RAISE 'There is no such reseller' USING ERRCODE = 'no_data_found';
    END IF;
    DELETE FROM entity e WHERE e.reseller_id = of_reseller AND e.reserved_until <= now() - interval '1 day';
    IF EXISTS (SELECT FROM entity e WHERE e.reseller_id = of_reseller AND e.id = reservation) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM provisioning_take(of_reseller, reservation, new_kind, reservation::text, NULL,
        data_center, new_type, cpus, memory, storage, storage_gb, backup, backup_gb, now() + life);
END
$$;

-- The upstream made it, and calls it so. True if that is known now. It exists, whatever the limits say
-- meanwhile: that is why an expired reservation stays for a day, though it no longer counts.
CREATE OR REPLACE FUNCTION provisioning_settle(of_reseller uuid, reservation uuid, called text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    SELECT provisioning_lock($1);
    UPDATE entity e SET reserved_until = NULL, reference = coalesce($3, e.reference), name = coalesce($3, e.name)
     WHERE e.reseller_id = $1 AND e.id = $2;
    SELECT EXISTS (SELECT FROM entity e WHERE e.reseller_id = $1 AND e.id = $2 AND e.reserved_until IS NULL);
$$;

-- The upstream made nothing.
CREATE OR REPLACE FUNCTION provisioning_release(of_reseller uuid, reservation uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    SELECT provisioning_lock($1);
    DELETE FROM entity e WHERE e.reseller_id = $1 AND e.id = $2 AND e.reserved_until IS NOT NULL;
$$;

-- The upstream deleted what it calls so; what is not known is gone already. What still has something
-- below it stays, and false tells.
CREATE OR REPLACE FUNCTION provisioning_remove(of_reseller uuid, of_kind text, called text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
    SELECT provisioning_lock($1);
    DELETE FROM entity e
     WHERE e.reseller_id = $1 AND e.kind = $2 AND e.reserved_until IS NULL AND (e.reference = $3 OR e.id::text = $3)
       AND NOT EXISTS (SELECT FROM entity c WHERE c.reseller_id = $1 AND c.parent_id = e.id);
    SELECT NOT EXISTS (SELECT FROM entity e WHERE e.reseller_id = $1 AND e.kind = $2
                          AND e.reserved_until IS NULL AND (e.reference = $3 OR e.id::text = $3));
$$;

DO $$
DECLARE
    taken text;
BEGIN
    FOR taken IN SELECT oid::regprocedure::text FROM pg_proc
                  WHERE pronamespace = 'weir'::regnamespace AND proname ~ '^provisioning_(lock|take|reserve|settle|release|remove)$' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', taken);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION provisioning_lock(uuid) TO ${adminRole};
GRANT EXECUTE ON FUNCTION provisioning_take(uuid, uuid, text, text, uuid, uuid, text, bigint, bigint,
    uuid[], bigint[], uuid[], bigint[], timestamptz) TO ${adminRole};
GRANT EXECUTE ON FUNCTION provisioning_reserve(uuid, uuid, text, uuid, text, bigint, bigint,
    uuid[], bigint[], uuid[], bigint[], interval) TO ${gatewayRole};
GRANT EXECUTE ON FUNCTION provisioning_settle(uuid, uuid, text) TO ${gatewayRole};
GRANT EXECUTE ON FUNCTION provisioning_release(uuid, uuid) TO ${gatewayRole};
GRANT EXECUTE ON FUNCTION provisioning_remove(uuid, text, text) TO ${gatewayRole};
