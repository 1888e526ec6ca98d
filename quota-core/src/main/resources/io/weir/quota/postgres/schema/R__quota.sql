-- The period quotas that apply to each subject, from the rows that state them: nothing is stated
-- twice. A quota of period 'manual' runs since it was last reset; a null limit is unlimited. Alerts tell
-- of percentages of what was sold, so without a buffer, and only of what is enforced.
DROP VIEW IF EXISTS quota;
CREATE VIEW quota (subject, policy, unit, period, since, "limit", mode, failure_mode,
    kind, reseller_id, alert_of, alert_percents) WITH (security_invoker = true) AS
    SELECT id, 'monthly', 'requests', 'monthly', NULL::timestamptz,
           CASE overage
               WHEN 'hard' THEN monthly_quota
               WHEN 'soft' THEN monthly_quota + div(monthly_quota::numeric * buffer_percent, 100)::bigint
           END, 'enforce', failure_mode, 'client', reseller_id,
           CASE WHEN overage <> 'unlimited' AND monthly_quota > 0 THEN monthly_quota END, alert_percents
      FROM client
    UNION ALL
    SELECT id, 'pool', 'requests', 'monthly', NULL, monthly_quota, 'enforce', failure_mode,
           'reseller', id, NULL::bigint, NULL::integer[] FROM reseller
    UNION ALL
    SELECT id, 'own', 'requests', 'monthly', NULL, monthly_quota - portions, 'enforce', failure_mode,
           'reseller', id, NULL, NULL FROM reseller
    UNION ALL
    -- another unit is another counter
    SELECT id, 'group-' || unit, unit, period, NULL, "limit", 'enforce', failure_mode,
           'group', reseller_id, nullif("limit", 0), alert_percents
      FROM key_group WHERE unit IS NOT NULL
    UNION ALL
    SELECT id, 'rpd', 'requests', 'daily', NULL, requests_per_day, 'enforce', failure_mode,
           'key', reseller_id, requests_per_day, alert_percents
      FROM key WHERE requests_per_day IS NOT NULL
    UNION ALL
    SELECT id, 'tokens', 'tokens', token_quota_reset,
           CASE token_quota_reset WHEN 'manual' THEN token_quota_since END, token_quota, 'enforce', failure_mode,
           'key', reseller_id, nullif(token_quota, 0), alert_percents
      FROM key WHERE token_quota IS NOT NULL
    UNION ALL
    -- All that its client bought; it is kept in the books after the key is gone, but nobody spends it.
    SELECT k.id, 'budget', 'credits', 'never', NULL, -a.balance, 'enforce', 'closed',
           'key', k.reseller_id, -a.balance, k.alert_percents
      FROM key k JOIN account a ON a.key_id = k.id AND a.kind = 'sold'
    UNION ALL
    -- The first rule along the chain that is enabled; credits are money, and fail closed.
    SELECT k.id, 'rule-' || u.quota_period, 'credits', u.quota_period, NULL, u.quota_credits, u.mode, 'closed',
           'key', k.reseller_id, CASE u.mode WHEN 'enforce' THEN nullif(u.quota_credits, 0) END, k.alert_percents
      FROM key k JOIN reseller r ON r.id = k.reseller_id LEFT JOIN client c ON c.id = k.client_id
           CROSS JOIN LATERAL (
               SELECT * FROM rule WHERE enabled AND id IN (k.rule_id, c.default_rule_id, r.default_rule_id)
                ORDER BY id = k.rule_id DESC NULLS LAST, id = c.default_rule_id DESC NULLS LAST LIMIT 1) u
     WHERE u.quota_period IS NOT NULL;
COMMENT ON VIEW quota IS
    'pool holds everything below a reseller, own the keys it did not give to a client; all periods but manual are of the calendar of the client, else the reseller';

-- It is read with the rights of whoever asks.
GRANT SELECT (key_id, kind, balance) ON account TO ${gatewayRole};
REVOKE SELECT ON budget FROM ${gatewayRole};
GRANT SELECT ON quota TO ${adminRole}, ${gatewayRole};
