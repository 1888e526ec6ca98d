package io.weir.admin.access;

import java.util.Set;

/// What a token may do of what its role may. A scope is a resource and `read` or `write`, which
/// includes reading; `*` is all.
final class Scopes {

    static final String ALL = "*";
    private static final String READ = ":read";
    private static final String WRITE = ":write";

    private Scopes() {}

    static boolean include(Set<String> granted, String needed) {
        return granted.contains(ALL)
                || granted.contains(needed)
                || (needed.endsWith(READ) && granted.contains(needed.replace(READ, WRITE)));
    }
}
