/// Whose usage is counted, and the secrets they show.
@org.jspecify.annotations.NullMarked
package io.weir.quota.subject;
