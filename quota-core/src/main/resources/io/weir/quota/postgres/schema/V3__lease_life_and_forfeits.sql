-- A node's name outlives its journal, and with it its identity: whoever comes next under that name
-- tells that the one before it is lost.
ALTER TABLE node
    ADD name       text CHECK (length(name) BETWEEN 1 AND 100),
    ADD life       interval NOT NULL DEFAULT interval '60 s',
    ADD applied    bigint   NOT NULL DEFAULT 0,
    ADD fenced_at  timestamptz,
    ADD successor  uuid     REFERENCES node;
UPDATE node SET applied = sequence;
CREATE INDEX ON node (name) WHERE fenced_at IS NULL;
COMMENT ON COLUMN node.life IS 'of its leases: none of them is spent later than this after it was last seen';
COMMENT ON COLUMN node.applied IS 'the number of the last report that was applied; sequence also counts those that were given up';
COMMENT ON COLUMN node.fenced_at IS 'from then on nothing it reports is applied';
COMMENT ON COLUMN node.successor IS 'the identity under which its gateway went on';

-- By the database's clock, later than by the node's. A lease that has expired still goes to nobody.
ALTER TABLE lease ADD expires_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE counter ADD forfeited bigint NOT NULL DEFAULT 0 CHECK (forfeited >= 0);
COMMENT ON COLUMN counter.forfeited IS 'held by nodes that are lost, set aside until somebody decides; counted against the limit';

-- What a lost node's lease held. Rows are never deleted, and decided once.
CREATE TABLE forfeit (
    -- of version 7: in the order of their creation, as all ids that are listed
    id           uuid PRIMARY KEY DEFAULT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                     PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                     FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid,
    node         uuid        NOT NULL REFERENCES node,
    subject      uuid        NOT NULL,
    policy       text        NOT NULL,
    starts       timestamptz NOT NULL,
    units        bigint      NOT NULL CHECK (units > 0),
    forfeited_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    decision     text        CHECK (decision IN ('refunded', 'booked')),
    decided_at   timestamptz,
    FOREIGN KEY (subject, policy, starts) REFERENCES counter,
    CONSTRAINT decision_is_whole_or_absent CHECK ((decision IS NULL) = (decided_at IS NULL))
);
CREATE INDEX ON forfeit (node);
CREATE INDEX ON forfeit (subject, policy, starts);

GRANT SELECT ON forfeit TO ${adminRole};
