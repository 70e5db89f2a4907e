/** The Helm chart of Naru's control plane, rendered without Helm. */
@org.jspecify.annotations.NullMarked
package dev.naru.cli.chart;
