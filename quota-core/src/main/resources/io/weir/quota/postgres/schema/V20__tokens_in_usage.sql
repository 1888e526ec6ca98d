-- What models read and wrote, in classes that do not overlap, beside requests and credits.
ALTER TABLE usage_minute
    ADD input            bigint NOT NULL DEFAULT 0 CHECK (input >= 0),
    ADD cache_read       bigint NOT NULL DEFAULT 0 CHECK (cache_read >= 0),
    ADD cache_write_5m   bigint NOT NULL DEFAULT 0 CHECK (cache_write_5m >= 0),
    ADD cache_write_1h   bigint NOT NULL DEFAULT 0 CHECK (cache_write_1h >= 0),
    ADD output           bigint NOT NULL DEFAULT 0 CHECK (output >= 0),
    ADD output_reasoning bigint NOT NULL DEFAULT 0 CHECK (output_reasoning >= 0),
    ADD audio_in         bigint NOT NULL DEFAULT 0 CHECK (audio_in >= 0),
    ADD audio_out        bigint NOT NULL DEFAULT 0 CHECK (audio_out >= 0),
    ADD tokens_estimated bigint NOT NULL DEFAULT 0 CHECK (tokens_estimated >= 0);
ALTER TABLE usage_hour
    ADD input            bigint NOT NULL DEFAULT 0 CHECK (input >= 0),
    ADD cache_read       bigint NOT NULL DEFAULT 0 CHECK (cache_read >= 0),
    ADD cache_write_5m   bigint NOT NULL DEFAULT 0 CHECK (cache_write_5m >= 0),
    ADD cache_write_1h   bigint NOT NULL DEFAULT 0 CHECK (cache_write_1h >= 0),
    ADD output           bigint NOT NULL DEFAULT 0 CHECK (output >= 0),
    ADD output_reasoning bigint NOT NULL DEFAULT 0 CHECK (output_reasoning >= 0),
    ADD audio_in         bigint NOT NULL DEFAULT 0 CHECK (audio_in >= 0),
    ADD audio_out        bigint NOT NULL DEFAULT 0 CHECK (audio_out >= 0),
    ADD tokens_estimated bigint NOT NULL DEFAULT 0 CHECK (tokens_estimated >= 0);
COMMENT ON COLUMN usage_minute.tokens_estimated IS 'how many of the tokens, of all classes, no upstream has reported';
