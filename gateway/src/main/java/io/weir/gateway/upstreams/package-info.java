/// How upstreams are reached: by which connections, how long they are waited for, and which of
/// several instances is asked.
///
/// It owns the connections of each route, and what is known of each instance. What holds:
/// - Each route has a pool of its own, and a bounded queue before it: an upstream that is slow or
///   hangs takes nothing from another route.
/// - Nothing of an upstream is waited for without a limit: neither a connection, nor the head of an
///   answer, nor the next bytes of one.
/// - A request is tried again only if it can't have been done twice, and always within the one
///   reservation that it was admitted by.
/// - An instance that fails is left alone for a while, and then tried by one request at a time.
///   Where none is left, nothing is forwarded.
/// - A request is forwarded on the event loop on which it came, and with no more of it copied than
///   its fields, once.
/// - Nothing that is about one connection only is passed on, nor what a caller says of proxies
///   before it, unless they are trusted.
/// - Instances, retries and back-offs cost only those routes something that have them, by the
///   filter `Upstream`.
///
/// Spring Cloud LoadBalancer and its circuit breakers have the same purpose and are not used: an
/// application context for each upstream, made while a request waits for it; a limit of time that
/// covers a whole stream; and nothing that brings failures of real requests into the choice.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.upstreams;
