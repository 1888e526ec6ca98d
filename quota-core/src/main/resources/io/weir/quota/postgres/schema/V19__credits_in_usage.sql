-- What was spent at client price, beside how often something was asked for.
ALTER TABLE usage_minute ADD credits bigint NOT NULL DEFAULT 0 CHECK (credits >= 0);
ALTER TABLE usage_hour ADD credits bigint NOT NULL DEFAULT 0 CHECK (credits >= 0);
COMMENT ON COLUMN usage_minute.credits IS 'in nano-units of a credit; of requests whose credits are limited, by a budget, a group or a rule';
