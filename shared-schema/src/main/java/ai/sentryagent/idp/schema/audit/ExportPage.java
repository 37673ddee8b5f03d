package ai.sentryagent.idp.schema.audit;

import org.jspecify.annotations.Nullable;

/**
 * A part of an export.
 *
 * @param lines JSON, each on a line of its own that ends with a line feed
 * @param next what to ask for the page after this one; absent when this was the last
 */
public record ExportPage(String lines, ExportAudit.@Nullable Place next) {}
