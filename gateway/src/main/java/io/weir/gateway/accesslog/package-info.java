/// One line of JSON for each request that was answered or given up, for whoever asks for it.
///
/// It owns the log's file and the thread that writes it. What holds:
/// - Switched off, it is not there: no request meets any of it.
/// - An event loop puts an [Entry] into a queue and goes on; text is made, and written, elsewhere.
///   Where the disk is slower than the traffic, lines are left out and counted.
/// - A line holds no credential, no body and no query, and nothing a caller sends can end it or
///   begin another.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.accesslog;
