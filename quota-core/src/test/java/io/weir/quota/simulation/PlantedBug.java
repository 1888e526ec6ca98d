package io.weir.quota.simulation;

/// What the simulation must notice if it were so.
enum PlantedBug {
    NONE,
    /// The store goes on accepting reports of a former process after its successor resumed.
    NO_FENCE,
    /// The store applies a report again that it has applied already.
    DOUBLE_REPORT,
    /// Nodes give back units that requests under way have reserved.
    EARLY_GIVE_BACK
}
