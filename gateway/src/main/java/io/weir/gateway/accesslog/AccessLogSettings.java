package io.weir.gateway.accesslog;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param accessLog `off`, `stdout`, or the path of a file that lines are appended to
@ConfigurationProperties("weir")
record AccessLogSettings(@DefaultValue("off") String accessLog) {

    boolean isOff() {
        return accessLog.isBlank() || accessLog.equalsIgnoreCase("off");
    }

    boolean isStandardOutput() {
        return accessLog.equalsIgnoreCase("stdout");
    }
}
