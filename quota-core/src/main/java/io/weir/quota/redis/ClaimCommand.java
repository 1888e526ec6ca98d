package io.weir.quota.redis;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.remote.CommandResult;
import io.github.bucket4j.distributed.remote.MutableBucketEntry;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.distributed.remote.RemoteCommand;
import io.github.bucket4j.distributed.remote.RemoteStat;
import io.github.bucket4j.distributed.serialization.SerializationHandle;
import io.github.bucket4j.distributed.versioning.Version;
import io.github.bucket4j.distributed.versioning.Versions;
import io.weir.quota.bucket.Bandwidths;
import io.weir.quota.bucket.Claim;
import io.weir.quota.bucket.Grant;

/// A claim as one compare and swap of Bucket4j. Its own commands would need several, and none of
/// its ways to inherit tokens keeps what was consumed consumed when a capacity shrinks.
///
/// It is carried out on this side, so that it is never serialised.
record ClaimCommand(Claim claim) implements RemoteCommand<Grant> {

    private static final int NEVER_SERIALISED = 0;

    @Override
    public CommandResult<Grant> execute(MutableBucketEntry entry, long nanos) {
        BucketConfiguration policy = Bandwidths.of(claim.policy());
        RemoteBucketState before = entry.exists() ? entry.get() : fresh(policy, nanos);
        RemoteBucketState after = onPolicy(before, policy, nanos);
        Grant grant = claim.applyTo(after.getState(), life(after), nanos);
        entry.set(after);
        return new CommandResult<>(grant, NEVER_SERIALISED);
    }

    /// Told apart by when it began. Bucket4j stores a statistic with each bucket, which nobody else
    /// needs.
    private static long life(RemoteBucketState bucket) {
        return bucket.getRemoteStat().getConsumedTokens();
    }

    private RemoteBucketState fresh(BucketConfiguration policy, long nanos) {
        return new RemoteBucketState(
                Bandwidths.full(policy, nanos), new RemoteStat(nanos), claim.version());
    }

    /// A bucket of an older version takes on the policy; a newer one is left as it is.
    private RemoteBucketState onPolicy(
            RemoteBucketState bucket, BucketConfiguration policy, long nanos) {
        Long version = bucket.getConfigurationVersion();
        if (version != null && version >= claim.version()) {
            return bucket;
        }
        if (bucket.getConfiguration().equals(policy)) {
            bucket.setConfigurationVersion(claim.version());
            return bucket;
        }
        return new RemoteBucketState(
                Bandwidths.changed(bucket.getState(), policy, nanos),
                bucket.getRemoteStat(),
                claim.version());
    }

    /// Bucket4j serialises the commands of back ends that carry them out on the server, and asks
    /// each command how. One that compares and swaps never does, and there is no narrower interface
    /// to implement: who meets this exception has put a claim on a back end of the other sort.
    @Override
    public SerializationHandle<RemoteCommand<?>> getSerializationHandle() {
        throw new UnsupportedOperationException("A claim is carried out by its own node");
    }

    @Override
    public boolean isImmediateSyncRequired(long unsynchronizedTokens, long nanosSinceLastSync) {
        return true;
    }

    @Override
    public long estimateTokensToConsume() {
        return claim.most();
    }

    @Override
    public long getConsumedTokens(Grant grant) {
        return grant.granted();
    }

    @Override
    public Version getRequiredVersion() {
        return Versions.getLatest();
    }
}
