/// TLS, by the files that certificates come in.
///
/// It names things to Spring Boot: the certificate that callers see and the one that upstreams see
/// are SSL bundles, which Boot reads and watches: a file that was renewed is used for the
/// connections to come, without a restart. The clients of upstreams would take their bundle only
/// once, so theirs is followed here. Where no file is named nothing of it is there.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.tls;
