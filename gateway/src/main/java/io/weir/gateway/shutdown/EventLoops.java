package io.weir.gateway.shutdown;

import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/// The event loops of callers and upstreams, which end once nothing is under way.
@Configuration(proxyBeanMethods = false)
class EventLoops {

    /// One of io_uring may wait forever for the kernel to finish what it was given: two of three
    /// hundred did, with Netty 4.2.18. All it has left to do is to close connections, which the end
    /// of the process does as well.
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /// They need not wait for tasks that might still come: requests have ended, and health checks,
    /// which go on for a moment, are of no use to anybody by then.
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        var loops = new ReactorResourceFactory();
        loops.setShutdownQuietPeriod(Duration.ZERO);
        loops.setShutdownTimeout(LONGEST);
        return loops;
    }
}
