package io.weir.quota.bucket;

/// What a node remembers of a shared bucket, in case the store loses it.
///
/// @param life of the bucket that was heard of; 0 if none was
/// @param most it can hold by now
public record Memory(long life, long most) {

    public static final Memory NONE = new Memory(0, 0);

    /// What a bucket of this life holds too much: one that came after another that was lost.
    long excess(long available, long lifeNow) {
        return life == 0 || life == lifeNow ? 0 : Math.max(0, available - most);
    }
}
