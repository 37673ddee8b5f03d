/** The consumer of docs/consuming-events.md. */
@NullMarked
package com.example.billing;

import org.jspecify.annotations.NullMarked;
