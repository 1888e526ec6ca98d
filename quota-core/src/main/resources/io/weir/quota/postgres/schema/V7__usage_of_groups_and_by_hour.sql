-- Usage names the group its key was in at that time, so that a key that is moved leaves it behind.
ALTER TABLE usage_minute ADD group_id uuid;
ALTER TABLE usage_minute DROP CONSTRAINT usage_minute_pkey,
    ADD CONSTRAINT usage_minute_is_told_once
        UNIQUE NULLS NOT DISTINCT (key_id, minute, route, model, outcome, group_id);
CREATE INDEX ON usage_minute (group_id, minute) WHERE group_id IS NOT NULL;

-- The same by hours in UTC, counted in the same transaction: what is asked over months is summed
-- from these.
CREATE TABLE usage_hour (
    hour        timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
    key_id      uuid        NOT NULL,
    group_id    uuid,
    client_id   uuid,
    reseller_id uuid        NOT NULL,
    route       text        NOT NULL,
    model       text        NOT NULL,
    outcome     text        NOT NULL CHECK (outcome IN ('served', 'failed', 'canceled', 'estimated', 'refused')),
    requests    bigint      NOT NULL CHECK (requests >= 0),
    CONSTRAINT usage_hour_is_told_once UNIQUE NULLS NOT DISTINCT (key_id, hour, route, model, outcome, group_id)
);
CREATE INDEX ON usage_hour (group_id, hour) WHERE group_id IS NOT NULL;
CREATE INDEX ON usage_hour (client_id, hour);
CREATE INDEX ON usage_hour (reseller_id, hour);
CREATE INDEX ON usage_hour (hour);

INSERT INTO usage_hour (hour, key_id, group_id, client_id, reseller_id, route, model, outcome, requests)
SELECT date_trunc('hour', minute, 'UTC'), key_id, NULL, client_id, reseller_id, route, model, outcome, sum(requests)
  FROM usage_minute GROUP BY 1, 2, 4, 5, 6, 7, 8;

GRANT SELECT ON usage_hour TO ${adminRole};
