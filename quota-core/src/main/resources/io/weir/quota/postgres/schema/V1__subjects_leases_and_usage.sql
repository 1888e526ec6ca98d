-- Two roles beside the owner: the admin API writes what is sold, the gateway only counts what is used.
-- They are made without a login; the admin API gives them one, with a password, at every start.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${adminRole}') THEN
        CREATE ROLE ${adminRole} NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${gatewayRole}') THEN
        CREATE ROLE ${gatewayRole} NOLOGIN;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA weir TO ${adminRole}, ${gatewayRole};

-- One row, updated last by each admin transaction: its lock puts the commits in version order.
CREATE TABLE configuration (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    version bigint NOT NULL
);
INSERT INTO configuration (version) VALUES (0);

-- What changed in each version, so that a gateway reloads that and nothing else.
CREATE TABLE configuration_change (
    version    bigint      NOT NULL,
    subject    uuid        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (version, subject)
);
CREATE INDEX ON configuration_change (changed_at);

CREATE TABLE reseller (
    id            uuid PRIMARY KEY,
    name          text        NOT NULL,
    contact_email text        NOT NULL,
    monthly_quota bigint      CHECK (monthly_quota >= 0),
    portions      bigint      NOT NULL DEFAULT 0 CHECK (portions >= 0),
    time_zone     text        NOT NULL,
    currency      text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status        text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'disabled')),
    referral_code text        NOT NULL UNIQUE,
    referred_by   uuid        REFERENCES reseller ON DELETE SET NULL,
    revision      bigint      NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT portions_fit_the_plan CHECK (portions <= monthly_quota)
);
COMMENT ON COLUMN reseller.monthly_quota IS 'requests per calendar month; null is an unlimited plan';
COMMENT ON COLUMN reseller.portions IS 'sum of the portion of each client, kept in the same transaction';

CREATE TABLE client (
    id             uuid PRIMARY KEY,
    reseller_id    uuid        NOT NULL REFERENCES reseller,
    name           text        NOT NULL,
    contact_email  text        NOT NULL,
    monthly_quota  bigint      NOT NULL CHECK (monthly_quota >= 0),
    rate_limit     bigint      CHECK (rate_limit BETWEEN 1 AND 1000000000000),
    notes          text,
    overage        text        NOT NULL DEFAULT 'hard' CHECK (overage IN ('hard', 'soft', 'unlimited')),
    buffer_percent bigint      NOT NULL DEFAULT 0 CHECK (buffer_percent BETWEEN 0 AND 1000),
    time_zone      text,
    status         text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'disabled')),
    revision       bigint      NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- What it takes of the plan: nothing when it has no limit of its own, or can never call again.
    portion        bigint      NOT NULL GENERATED ALWAYS AS (
                       CASE WHEN overage = 'unlimited' OR status = 'disabled' THEN 0 ELSE monthly_quota END) STORED,
    CONSTRAINT client_name_is_taken UNIQUE (reseller_id, name)
);
CREATE INDEX ON client (reseller_id, id);

CREATE TABLE key (
    id                  uuid PRIMARY KEY,
    reseller_id         uuid        NOT NULL REFERENCES reseller,
    client_id           uuid        REFERENCES client ON DELETE CASCADE,
    label               text        NOT NULL,
    prefix              text        NOT NULL,
    last_four           text        NOT NULL,
    requests_per_minute bigint      CHECK (requests_per_minute BETWEEN 1 AND 1000000000000),
    concurrent_requests bigint      CHECK (concurrent_requests BETWEEN 1 AND 1000000),
    expires_at          timestamptz,
    revoked_at          timestamptz,
    revision            bigint      NOT NULL DEFAULT 1,
    created_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON key (client_id, id);
CREATE INDEX ON key (reseller_id, id);

-- A secret is never stored, only its HMAC-SHA-256 under a pepper that is kept outside the database.
CREATE TABLE credential (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    key_id     uuid NOT NULL REFERENCES key ON DELETE CASCADE,
    expires_at timestamptz
);
CREATE INDEX ON credential (key_id);

CREATE TABLE token (
    id          uuid PRIMARY KEY,
    name        text        NOT NULL,
    role        text        NOT NULL CHECK (role IN ('operator', 'reseller')),
    reseller_id uuid        REFERENCES reseller ON DELETE CASCADE,
    scopes      text[]      NOT NULL,
    hash        bytea       NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix      text        NOT NULL,
    expires_at  timestamptz,
    revoked_at  timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((role = 'reseller') = (reseller_id IS NOT NULL))
);

-- What is used of one policy of one subject in one period. The period is part of the key, so that a
-- new one begins at zero without a job. No check holds used + leased to the limit: lowering a limit
-- below what is out is legal, and recalls leases.
CREATE TABLE counter (
    subject uuid        NOT NULL,
    policy  text        NOT NULL,
    starts  timestamptz NOT NULL,
    used    bigint      NOT NULL DEFAULT 0 CHECK (used >= 0),
    leased  bigint      NOT NULL DEFAULT 0 CHECK (leased >= 0),
    wanted  boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (subject, policy, starts)
);

COMMENT ON COLUMN counter.wanted IS 'a node found nothing left while others hold some: whoever gives back tells it';

-- A gateway process. Its exchanges are numbered, and the last reply kept, so that one whose answer
-- was lost is repeated without effect.
CREATE TABLE node (
    id       uuid PRIMARY KEY,
    sequence bigint      NOT NULL DEFAULT 0,
    reply    jsonb,
    seen_at  timestamptz NOT NULL DEFAULT now()
);

-- The slice of a counter that one node may spend.
CREATE TABLE lease (
    node    uuid        NOT NULL REFERENCES node,
    subject uuid        NOT NULL,
    policy  text        NOT NULL,
    starts  timestamptz NOT NULL,
    held    bigint      NOT NULL CHECK (held >= 0),
    PRIMARY KEY (subject, policy, starts, node),
    FOREIGN KEY (subject, policy, starts) REFERENCES counter
);
CREATE INDEX ON lease (node);

-- Everything that was asked of the gateways, a row for each minute and combination.
CREATE TABLE usage_minute (
    minute      timestamptz NOT NULL,
    key_id      uuid        NOT NULL,
    client_id   uuid,
    reseller_id uuid        NOT NULL,
    route       text        NOT NULL,
    model       text        NOT NULL DEFAULT '',
    outcome     text        NOT NULL CHECK (outcome IN ('served', 'failed', 'canceled', 'estimated', 'refused')),
    requests    bigint      NOT NULL CHECK (requests >= 0),
    PRIMARY KEY (key_id, minute, route, model, outcome)
);
CREATE INDEX ON usage_minute (client_id, minute);
CREATE INDEX ON usage_minute (reseller_id, minute);
CREATE INDEX ON usage_minute (minute);
COMMENT ON COLUMN usage_minute.outcome IS
    'served and canceled were forwarded and answered or given up by the caller, failed has no answer of the upstream, estimated was under way when its gateway was killed, refused was never forwarded';

-- The period quotas that apply to each subject, from the rows that state them: nothing is stated twice.
CREATE VIEW quota (subject, policy, period, zone, "limit") AS
    SELECT c.id, 'monthly', 'monthly', coalesce(c.time_zone, r.time_zone),
           CASE c.overage
               WHEN 'hard' THEN c.monthly_quota
               WHEN 'soft' THEN c.monthly_quota + div(c.monthly_quota::numeric * c.buffer_percent, 100)::bigint
           END
      FROM client c JOIN reseller r ON r.id = c.reseller_id
    UNION ALL
    SELECT id, 'pool', 'monthly', time_zone, monthly_quota FROM reseller
    UNION ALL
    SELECT id, 'own', 'monthly', time_zone, monthly_quota - portions FROM reseller;
COMMENT ON VIEW quota IS 'pool holds everything below a reseller, own the keys it did not give to a client; a null limit is unlimited';

-- What a request costs, in nano-units of a credit; '*' stands for every route or model. An absent
-- class takes the price of input or output.
CREATE TABLE price (
    route          text   NOT NULL,
    model          text   NOT NULL,
    per_request    bigint NOT NULL DEFAULT 0 CHECK (per_request >= 0),
    input          bigint CHECK (input >= 0),
    cache_read     bigint CHECK (cache_read >= 0),
    cache_write_5m bigint CHECK (cache_write_5m >= 0),
    cache_write_1h bigint CHECK (cache_write_1h >= 0),
    output         bigint CHECK (output >= 0),
    PRIMARY KEY (route, model)
);
COMMENT ON COLUMN price.input IS 'and the other token classes: nano-units per million tokens';

CREATE TABLE price_book (
    one_row  boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    revision bigint NOT NULL
);
INSERT INTO price_book (revision) VALUES (0);

GRANT SELECT, INSERT, UPDATE, DELETE ON reseller, client, key, credential, token, price TO ${adminRole};
GRANT SELECT, UPDATE ON price_book TO ${adminRole};
GRANT SELECT ON configuration, configuration_change, quota, counter, lease, node, usage_minute TO ${adminRole};

GRANT SELECT ON configuration, configuration_change, reseller, client, key, credential, quota, counter, price TO ${gatewayRole};
