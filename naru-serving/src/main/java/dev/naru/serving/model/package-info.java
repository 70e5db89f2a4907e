/** The model server: the Open Inference Protocol V2 over one tree model. */
@NullMarked
package dev.naru.serving.model;

import org.jspecify.annotations.NullMarked;
