package ai.sentryagent.idp.gateway.contract;

import ai.sentryagent.idp.schema.agents.EmailAddress;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The formats of the document that the validator does not know, or that it takes otherwise than java.time does. */
final class ContractFormats {
    /** RFC 3339 §5.6, which asks for seconds where ISO 8601 does not. */
    private static final Pattern DATE_TIME =
            Pattern.compile("[0-9]{4}-[0-9-]{5}[Tt][0-9:]{8}([.][0-9]+)?([Zz]|[+-][0-9:]{5})");

    /** What is told in UTC has a year of four digits. */
    private static final int LAST_YEAR = 9999;

    static final List<Format> ALL = List.of(
            new NamedFormat("email", EmailAddress::isValid),
            new NamedFormat("date-time", ContractFormats::isDateTime),
            new NamedFormat(
                    "iso-date-or-date-time", text -> DateOrDateTime.parse(text).isPresent()));

    private ContractFormats() {}

    private static boolean isDateTime(String text) {
        try {
            return DATE_TIME.matcher(text).matches()
                    && OffsetDateTime.parse(text)
                                    .withOffsetSameInstant(ZoneOffset.UTC)
                                    .getYear()
                            <= LAST_YEAR;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private record NamedFormat(String name, Predicate<String> rule) implements Format {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean matches(ExecutionContext context, String value) {
            return rule.test(value);
        }
    }
}
