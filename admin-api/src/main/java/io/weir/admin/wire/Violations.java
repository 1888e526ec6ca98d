package io.weir.admin.wire;

import java.util.ArrayList;
import java.util.List;

/// All that is wrong with a request, collected so that the caller learns of it at once.
public final class Violations {

    private static final int MOST = 200;

    private final List<Violation> found = new ArrayList<>();

    public void add(String pointer, String code, String detail) {
        if (found.size() < MOST) {
            found.add(new Violation(pointer, code, detail));
        }
    }

    public List<Violation> found() {
        return List.copyOf(found);
    }

    /// @throws Problem if anything was found
    public void refuse() {
        if (!found.isEmpty()) {
            throw Problem.invalid(found);
        }
    }
}
