-- Gateways count what keys with a budget spend, like any quota; the ledger books it in sums.
ALTER TABLE counter ADD unbooked_since timestamptz;
COMMENT ON COLUMN counter.unbooked_since IS
    'of a budget: since when there is something to book or to return; -infinity if that is not to wait';
CREATE INDEX counter_to_book ON counter (unbooked_since) WHERE unbooked_since IS NOT NULL;

ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_kind_check;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_kind_check
    CHECK (kind IN ('top-up', 'budget', 'spending', 'return', 'forfeit'));

-- gateways ask whether the prices they know are still those
GRANT SELECT ON price_book TO ${gatewayRole};
