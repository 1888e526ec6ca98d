-- Keys that share a quota. The name "group" is SQL's own.
CREATE TABLE key_group (
    id           uuid PRIMARY KEY,
    reseller_id  uuid        NOT NULL REFERENCES reseller,
    name         text        NOT NULL,
    unit         text        CHECK (unit IN ('requests', 'tokens', 'credits')),
    "limit"      bigint      CHECK ("limit" >= 0),
    period       text        CHECK (period IN ('daily', 'weekly', 'monthly')),
    failure_mode text        NOT NULL DEFAULT 'closed' CHECK (failure_mode IN ('closed', 'open')),
    revision     bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT group_name_is_taken UNIQUE (reseller_id, name),
    CONSTRAINT quota_is_whole_or_absent CHECK ((unit IS NULL) = ("limit" IS NULL) AND (unit IS NULL) = (period IS NULL))
);
COMMENT ON COLUMN key_group."limit" IS 'credits are in nano-units';

-- A template: each key it applies to has a counter of its own under it.
CREATE TABLE rule (
    id              uuid PRIMARY KEY,
    reseller_id     uuid        NOT NULL REFERENCES reseller,
    name            text        NOT NULL,
    description     text,
    enabled         boolean     NOT NULL,
    mode            text        NOT NULL DEFAULT 'enforce' CHECK (mode IN ('enforce', 'observe')),
    quota_period    text        CHECK (quota_period IN ('daily', 'weekly', 'monthly')),
    quota_credits   bigint      CHECK (quota_credits >= 0),
    window_zone     text,
    window_weekdays text[]      CHECK (cardinality(window_weekdays) > 0
                                   AND window_weekdays <@ ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
    window_hours    text,
    revision        bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rule_name_is_taken UNIQUE (reseller_id, name),
    CONSTRAINT quota_is_whole_or_absent CHECK ((quota_period IS NULL) = (quota_credits IS NULL)),
    CONSTRAINT window_is_whole_or_absent CHECK ((window_zone IS NULL) = (window_weekdays IS NULL)
                                                AND (window_hours IS NULL OR window_zone IS NOT NULL))
);
COMMENT ON COLUMN rule.quota_credits IS 'in nano-units of a credit';
COMMENT ON COLUMN rule.window_hours IS 'HH:MM-HH:MM, half-open; absent for the whole day';

ALTER TABLE reseller
    ADD default_rule_id uuid REFERENCES rule,
    ADD week_start      text NOT NULL DEFAULT 'mon'
        CHECK (week_start IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
    ADD failure_mode    text NOT NULL DEFAULT 'closed' CHECK (failure_mode IN ('closed', 'open'));
COMMENT ON COLUMN reseller.failure_mode IS
    'what its quotas do while the database is away and no lease lasts: refuse, or let through and count';
CREATE INDEX ON reseller (default_rule_id);

ALTER TABLE client
    ADD default_rule_id uuid REFERENCES rule,
    ADD failure_mode    text NOT NULL DEFAULT 'closed' CHECK (failure_mode IN ('closed', 'open'));
CREATE INDEX ON client (default_rule_id);

ALTER TABLE key
    ADD group_id          uuid REFERENCES key_group,
    ADD rule_id           uuid REFERENCES rule,
    ADD tokens_per_minute bigint CHECK (tokens_per_minute BETWEEN 1 AND 1000000000000),
    ADD requests_per_day  bigint CHECK (requests_per_day BETWEEN 1 AND 1000000000000),
    ADD token_quota       bigint CHECK (token_quota >= 0),
    ADD token_quota_reset text   CHECK (token_quota_reset IN ('daily', 'weekly', 'monthly', 'manual')),
    ADD token_quota_since timestamptz NOT NULL DEFAULT date_trunc('second', now())
        CHECK (token_quota_since = date_trunc('second', token_quota_since)),
    ADD failure_mode      text NOT NULL DEFAULT 'closed' CHECK (failure_mode IN ('closed', 'open')),
    ADD CONSTRAINT token_quota_is_whole_or_absent CHECK ((token_quota IS NULL) = (token_quota_reset IS NULL));
COMMENT ON COLUMN key.token_quota_since IS
    'when it was last reset by hand, in whole seconds, each later than the one before: part of the key of its counter';
CREATE INDEX ON key (group_id, id);
CREATE INDEX ON key (rule_id, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON key_group, rule TO ${adminRole};
GRANT SELECT ON key_group, rule TO ${gatewayRole};
