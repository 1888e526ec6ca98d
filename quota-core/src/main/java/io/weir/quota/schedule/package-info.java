/// Calendar periods in a zone: pure functions of an instant, the same for what is shown and what is
/// counted.
@org.jspecify.annotations.NullMarked
package io.weir.quota.schedule;
