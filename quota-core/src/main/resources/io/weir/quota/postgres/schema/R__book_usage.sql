-- The rows of usage that a report tells are added to those by minute and by hour, in the order in which any two
-- nodes lock them. What a row leaves out is zero. exchange() describes them.

-- What a column holds: at absurd prices, or by an absurd upstream, usage stops there rather than all reports.
CREATE OR REPLACE FUNCTION capped(units numeric) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least(coalesce(units, 0), 9223372036854775807)::bigint;

CREATE OR REPLACE FUNCTION book_usage(told jsonb) RETURNS void LANGUAGE plpgsql SET search_path = weir, pg_temp
AS $$
BEGIN
    INSERT INTO usage_minute AS u (minute, key_id, group_id, client_id, reseller_id, route, model, outcome, requests,
            credits, input, cache_read, cache_write_5m, cache_write_1h,
            output, output_reasoning, audio_in, audio_out, tokens_estimated)
        SELECT to_timestamp(r.minute), r.key_id, r.group_id, r.client_id, r.reseller_id, r.route, r.model, r.outcome,
               r.requests, coalesce(r.credits, 0),
               coalesce(r.input, 0), coalesce(r.cache_read, 0), coalesce(r.cache_write_5m, 0), coalesce(r.cache_write_1h, 0),
               coalesce(r.output, 0), coalesce(r.output_reasoning, 0), coalesce(r.audio_in, 0),
               coalesce(r.audio_out, 0), coalesce(r.tokens_estimated, 0)
          FROM jsonb_to_recordset(told) AS r(minute bigint, key_id uuid, group_id uuid, client_id uuid, reseller_id uuid,
               route text, model text, outcome text, requests bigint, credits bigint,
               input bigint, cache_read bigint, cache_write_5m bigint, cache_write_1h bigint,
               output bigint, output_reasoning bigint, audio_in bigint, audio_out bigint, tokens_estimated bigint)
         ORDER BY r.key_id, r.minute, r.route, r.model, r.outcome, r.group_id
        ON CONFLICT ON CONSTRAINT usage_minute_is_told_once DO UPDATE SET requests = u.requests + excluded.requests,
            credits = capped(u.credits::numeric + excluded.credits),
            input = capped(u.input::numeric + excluded.input),
            cache_read = capped(u.cache_read::numeric + excluded.cache_read),
            cache_write_5m = capped(u.cache_write_5m::numeric + excluded.cache_write_5m),
            cache_write_1h = capped(u.cache_write_1h::numeric + excluded.cache_write_1h),
            output = capped(u.output::numeric + excluded.output),
            output_reasoning = capped(u.output_reasoning::numeric + excluded.output_reasoning),
            audio_in = capped(u.audio_in::numeric + excluded.audio_in),
            audio_out = capped(u.audio_out::numeric + excluded.audio_out),
            tokens_estimated = capped(u.tokens_estimated::numeric + excluded.tokens_estimated);

    INSERT INTO usage_hour AS u (hour, key_id, group_id, client_id, reseller_id, route, model, outcome, requests,
            credits, input, cache_read, cache_write_5m, cache_write_1h,
            output, output_reasoning, audio_in, audio_out, tokens_estimated)
        SELECT date_trunc('hour', to_timestamp(r.minute), 'UTC') AS hour, r.key_id, r.group_id, r.client_id,
               r.reseller_id, r.route, r.model, r.outcome, sum(r.requests), capped(sum(r.credits)),
               capped(sum(r.input)), capped(sum(r.cache_read)), capped(sum(r.cache_write_5m)), capped(sum(r.cache_write_1h)),
               capped(sum(r.output)), capped(sum(r.output_reasoning)), capped(sum(r.audio_in)),
               capped(sum(r.audio_out)), capped(sum(r.tokens_estimated))
          FROM jsonb_to_recordset(told) AS r(minute bigint, key_id uuid, group_id uuid, client_id uuid, reseller_id uuid,
               route text, model text, outcome text, requests bigint, credits bigint,
               input bigint, cache_read bigint, cache_write_5m bigint, cache_write_1h bigint,
               output bigint, output_reasoning bigint, audio_in bigint, audio_out bigint, tokens_estimated bigint)
         GROUP BY r.key_id, 1, r.route, r.model, r.outcome, r.group_id, r.client_id, r.reseller_id
         ORDER BY r.key_id, 1, r.route, r.model, r.outcome, r.group_id
        ON CONFLICT ON CONSTRAINT usage_hour_is_told_once DO UPDATE SET requests = u.requests + excluded.requests,
            credits = capped(u.credits::numeric + excluded.credits),
            input = capped(u.input::numeric + excluded.input),
            cache_read = capped(u.cache_read::numeric + excluded.cache_read),
            cache_write_5m = capped(u.cache_write_5m::numeric + excluded.cache_write_5m),
            cache_write_1h = capped(u.cache_write_1h::numeric + excluded.cache_write_1h),
            output = capped(u.output::numeric + excluded.output),
            output_reasoning = capped(u.output_reasoning::numeric + excluded.output_reasoning),
            audio_in = capped(u.audio_in::numeric + excluded.audio_in),
            audio_out = capped(u.audio_out::numeric + excluded.audio_out),
            tokens_estimated = capped(u.tokens_estimated::numeric + excluded.tokens_estimated);
END
$$;

REVOKE ALL ON FUNCTION capped(numeric), book_usage(jsonb) FROM PUBLIC;
