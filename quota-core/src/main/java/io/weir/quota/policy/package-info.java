/// What is allowed: policies as values, and how one stands.
@org.jspecify.annotations.NullMarked
package io.weir.quota.policy;
