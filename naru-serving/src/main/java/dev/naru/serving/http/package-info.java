/** What both processes need of HTTP and Netty: transport, strict decoding, JSON text. */
@NullMarked
package dev.naru.serving.http;

import org.jspecify.annotations.NullMarked;
