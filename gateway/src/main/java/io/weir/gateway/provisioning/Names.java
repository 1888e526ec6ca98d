package io.weir.gateway.provisioning;

/// What upstreams call their entities.
final class Names {

    private static final int LONGEST = 200;

    private Names() {}

    static boolean canBe(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars().noneMatch(Character::isISOControl)
                && text.codePoints().noneMatch(Names::isLone);
    }

    /// Half of a character, which can't be stored.
    private static boolean isLone(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
