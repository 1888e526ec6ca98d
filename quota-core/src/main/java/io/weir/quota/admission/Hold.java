package io.weir.quota.admission;

/// What one limit set aside for one request. It is told once how the request ended.
interface Hold {

    /// The request used `spent` units.
    void settle(long spent);

    /// The request was never made: all of it goes back.
    void release();
}
