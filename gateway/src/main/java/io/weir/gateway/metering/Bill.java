package io.weir.gateway.metering;

import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/// What one request under way has used.
public interface Bill {

    /// The upstream has begun to answer.
    void answered(HttpStatusCode status, HttpHeaders headers);

    /// What it used, once it has ended this way.
    Metered used(Outcome outcome);
}
