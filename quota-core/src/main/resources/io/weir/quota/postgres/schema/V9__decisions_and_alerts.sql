-- Ids of version 7, in the order of their creation, as all ids that are listed.
CREATE FUNCTION next_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
               PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
               FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- Why requests were refused: the last 1,000 of each key and outcome, for 24 hours. No key is
-- referred to, so that a decision outlives the key.
CREATE TABLE decision (
    id          uuid        PRIMARY KEY,
    key_id      uuid        NOT NULL,
    client_id   uuid,
    reseller_id uuid        NOT NULL,
    decided_at  timestamptz NOT NULL,
    outcome     text        NOT NULL CHECK (outcome IN ('refused', 'observed')),
    route       text        NOT NULL,
    explanation jsonb       NOT NULL
);
COMMENT ON COLUMN decision.id IS 'of the request';
COMMENT ON COLUMN decision.outcome IS 'observed was admitted, though a policy in observe mode would have refused it';
CREATE INDEX ON decision (key_id, outcome, id);
CREATE INDEX ON decision (decided_at);

-- At how many percent of its quotas somebody wants to know.
ALTER TABLE client ADD alert_percents integer[] NOT NULL DEFAULT '{80}'
    CHECK (cardinality(alert_percents) <= 10 AND 1 <= ALL (alert_percents) AND 100 >= ALL (alert_percents));
ALTER TABLE key_group ADD alert_percents integer[] NOT NULL DEFAULT '{80}'
    CHECK (cardinality(alert_percents) <= 10 AND 1 <= ALL (alert_percents) AND 100 >= ALL (alert_percents));
ALTER TABLE key ADD alert_percents integer[] NOT NULL DEFAULT '{80}'
    CHECK (cardinality(alert_percents) <= 10 AND 1 <= ALL (alert_percents) AND 100 >= ALL (alert_percents));
COMMENT ON COLUMN client.alert_percents IS 'ascending, each once';

-- A quota of which so much was used, once for each period and percentage.
CREATE TABLE alert (
    id          uuid        PRIMARY KEY DEFAULT next_id(),
    reseller_id uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('key', 'group', 'client')),
    subject     uuid        NOT NULL,
    policy      text        NOT NULL,
    starts      timestamptz NOT NULL,
    percent     integer     NOT NULL,
    unit        text        NOT NULL,
    "limit"     bigint      NOT NULL,
    used        bigint      NOT NULL,
    crossed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT crossed_once UNIQUE (subject, policy, starts, percent)
);
COMMENT ON COLUMN alert."limit" IS 'of which the percentage is told: without the buffer of a soft quota';
CREATE INDEX ON alert (reseller_id, id);
CREATE INDEX ON alert (subject, id);
CREATE INDEX ON alert (crossed_at);

GRANT SELECT ON decision, alert TO ${adminRole};
