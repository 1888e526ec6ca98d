package io.weir.gateway.trace;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param traceContext `pass` what callers send, or `create` one where they send none
/// @param traceSampling how many of the traces that begin here are marked to be recorded, 0 to 1
@ConfigurationProperties("weir")
record TraceSettings(
        @DefaultValue("pass") Context traceContext, @DefaultValue("0.1") double traceSampling) {

    enum Context {
        PASS,
        CREATE
    }

    TraceSettings {
        if (!(traceSampling >= 0 && traceSampling <= 1)) {
            throw new IllegalArgumentException(
                    "WEIR_TRACE_SAMPLING must be 0 to 1, was: " + traceSampling);
        }
    }
}
