-- Called last in a transaction that changes what gateways enforce: the row's lock puts the commits in
-- version order, and the notification leaves with the commit. It is 'VERSION: SUBJECT SUBJECT ...', so
-- that whoever knows the version before has nothing to ask; of very many subjects, the version alone.
CREATE OR REPLACE FUNCTION configuration_changed(subjects uuid[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = weir, pg_temp
AS $$
DECLARE
    latest bigint;
BEGIN
    UPDATE configuration SET version = version + 1 RETURNING version INTO latest;
    INSERT INTO configuration_change (version, subject) SELECT DISTINCT latest, unnest(subjects);
    DELETE FROM configuration_change WHERE changed_at < now() - interval '1 day';
    PERFORM pg_notify('weir_configuration', latest || CASE WHEN cardinality(subjects) <= 100
        THEN ': ' || array_to_string(subjects, ' ') ELSE '' END);
    RETURN latest;
END
$$;

REVOKE ALL ON FUNCTION configuration_changed(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION configuration_changed(uuid[]) TO ${adminRole};
