@org.jspecify.annotations.NullMarked
package dev.naru.server.trust;
