-- The second lock between resellers, behind the conditions of the queries themselves: what the admin
-- API's role reads or writes is only what its session may reach. It says so at each loan of a
-- connection, in weir.reseller: the id of a reseller, * for everybody, and without a word nothing.
-- Definer's functions and foreign keys are the owner's work, whom no policy holds.
CREATE OR REPLACE FUNCTION reaches_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('weir.reseller', true) = '*', false);
CREATE OR REPLACE FUNCTION reached_reseller() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('weir.reseller', true) ~ '^[0-9a-f-]{36}$'
                THEN current_setting('weir.reseller')::uuid END;

-- What a reseller reaches of each table; its own, in all that names a reseller. In a subquery, the
-- functions run once for each statement, not for each row.
DO $$
DECLARE
    secured record;
BEGIN
    FOR secured IN SELECT * FROM (VALUES
        ('reseller',     'id = (SELECT reached_reseller())'),
        ('client',       'reseller_id = (SELECT reached_reseller())'),
        ('key',          'reseller_id = (SELECT reached_reseller())'),
        ('key_group',    'reseller_id = (SELECT reached_reseller())'),
        ('rule',         'reseller_id = (SELECT reached_reseller())'),
        ('token',        'reseller_id = (SELECT reached_reseller())'),
        ('usage_minute', 'reseller_id = (SELECT reached_reseller())'),
        ('usage_hour',   'reseller_id = (SELECT reached_reseller())'),
        ('credential',   'EXISTS (SELECT FROM key k WHERE k.id = key_id)'),
        ('counter',      'subject = (SELECT reached_reseller())
                          OR EXISTS (SELECT FROM client c WHERE c.id = subject)
                          OR EXISTS (SELECT FROM key k WHERE k.id = subject)
                          OR EXISTS (SELECT FROM key_group g WHERE g.id = subject)'),
        ('idempotency_answer', 'reseller_id = (SELECT reached_reseller())'),
        ('decision',     'reseller_id = (SELECT reached_reseller())'),
        ('alert',        'reseller_id = (SELECT reached_reseller())'),
        ('client_import', 'reseller_id = (SELECT reached_reseller())'),
        ('client_import_chunk', 'EXISTS (SELECT FROM client_import i WHERE i.id = client_import_id)'),
        ('account',      'reseller_id = (SELECT reached_reseller())'),
        ('budget',       'reseller_id = (SELECT reached_reseller())'),
        ('ledger_entry', 'EXISTS (SELECT FROM account a WHERE a.id IN (debit_account, credit_account))'),
        ('key_email',    'reseller_id = (SELECT reached_reseller())'),
        ('referral',     'reseller_id = (SELECT reached_reseller())'),
        ('checkout',     'reseller_id = (SELECT reached_reseller())'),
        ('provisioning', 'reseller_id = (SELECT reached_reseller())'),
        ('facility',     'reseller_id = (SELECT reached_reseller())'),
        ('entity',       'reseller_id = (SELECT reached_reseller())'),
        ('entity_share', 'reseller_id = (SELECT reached_reseller())'),
        ('ledger_head',  'false'),
        ('audit_entry',  'reseller_id = (SELECT reached_reseller())'),
        ('audit_head',   'false'),
        ('lease',        'false'),
        ('forfeit',      'false'),
        ('node',         'false')
    ) AS t (name, reached)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', secured.name);
        EXECUTE format('DROP POLICY IF EXISTS reached ON %I', secured.name);
        EXECUTE format('CREATE POLICY reached ON %I TO ${adminRole} USING ((SELECT reaches_all()) OR %s)',
                       secured.name, secured.reached);
        EXECUTE format('DROP POLICY IF EXISTS gateways ON %I', secured.name);
        EXECUTE format('CREATE POLICY gateways ON %I FOR SELECT TO ${gatewayRole} USING (true)', secured.name);
    END LOOP;
END
$$;

-- Everybody reads the prices and the tiers; who reaches all sets the prices.
DO $$
DECLARE
    secured text;
BEGIN
    FOREACH secured IN ARRAY ARRAY['price', 'price_book', 'referral_tier'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', secured);
        EXECUTE format('DROP POLICY IF EXISTS shown ON %I', secured);
        EXECUTE format('CREATE POLICY shown ON %I FOR SELECT USING (true)', secured);
        EXECUTE format('DROP POLICY IF EXISTS reached ON %I', secured);
        EXECUTE format('CREATE POLICY reached ON %I TO ${adminRole} USING ((SELECT reaches_all()))', secured);
    END LOOP;
END
$$;
