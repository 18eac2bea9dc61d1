package dev.mcpflux.schema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.DateFormat;
import com.networknt.schema.format.EmailFormat;
import com.networknt.schema.format.Format;
import com.networknt.schema.format.UriFormat;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The formats that can be asserted on request: those that the protocol names (elicitation, primitive schemas). All
 * other formats are always annotations.
 */
final class AssertedFormats {

    static final List<Format> ALL = List.of(new BoundedEmail(), new UriFormat(), new DateFormat(), new DateTime());

    private AssertedFormats() {}

    /**
     * The library's expressions take time quadratic in the length of the text; no address is longer than this (RFC
     * 5321, 4.5.3.1).
     */
    private static final class BoundedEmail extends EmailFormat {
        private static final int LONGEST = 320;

        @Override
        public boolean matches(ExecutionContext execution, String value) {
            return value.length() <= LONGEST && super.matches(execution, value);
        }
    }

    /** RFC 3339, section 5.6. The library's own implementation logs the values that it rejects. */
    private static final class DateTime implements Format {
        private static final Pattern SHAPE = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]"
                + "([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");

        private static final int MINUTES_OF_A_DAY = 24 * 60;

        @Override
        public String getName() {
            return "date-time";
        }

        @Override
        public boolean matches(ExecutionContext execution, String value) {
            Matcher parts = SHAPE.matcher(value);
            return parts.matches() && isDate(parts) && isTime(parts);
        }

        private static boolean isDate(Matcher parts) {
            try {
                LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
                return true;
            } catch (DateTimeException noSuchDay) {
                return false;
            }
        }

        private static boolean isTime(Matcher parts) {
            int hour = number(parts, 4);
            int minute = number(parts, 5);
            int second = number(parts, 6);
            int offsetHour = parts.group(7) == null ? 0 : number(parts, 8);
            int offsetMinute = parts.group(7) == null ? 0 : number(parts, 9);
            if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) {
                return false;
            }
            int offset = offsetHour * 60 + offsetMinute;
            int utc = hour * 60 + minute - ("-".equals(parts.group(7)) ? -offset : offset);
            // a leap second is the last one of a day in UTC
            return second < 60 || Math.floorMod(utc, MINUTES_OF_A_DAY) == MINUTES_OF_A_DAY - 1;
        }

        private static int number(Matcher parts, int group) {
            return Integer.parseInt(parts.group(group));
        }
    }
}
