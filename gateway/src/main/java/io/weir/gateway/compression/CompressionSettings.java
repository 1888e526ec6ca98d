package io.weir.gateway.compression;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param compression whether answers are compressed
@ConfigurationProperties("weir")
record CompressionSettings(@DefaultValue("false") boolean compression) {}
