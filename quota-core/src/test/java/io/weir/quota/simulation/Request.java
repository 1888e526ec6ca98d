package io.weir.quota.simulation;

import io.weir.quota.simulation.SimulatedStore.Place;
import io.weir.quota.usage.Rollup;
import java.util.List;

/// An admitted request as its caller knows it.
///
/// @param places the counters it falls under, each in the period of its admission
/// @param late whether a period ended so shortly before that a slow clock may not have noticed
/// @param estimated the row of usage it counts in until its end is known
record Request(List<Place> places, boolean late, long cost, Rollup estimated) {}
