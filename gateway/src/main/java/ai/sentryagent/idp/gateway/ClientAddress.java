package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.Settings;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which address a request came from: X-Forwarded-For is believed as far as the proxies are trusted, from the right. */
final class ClientAddress {
    private static final String SETTING = "TRUSTED_PROXIES";
    private static final Pattern WITH_PORT = Pattern.compile("([0-9.]+):\\d{1,5}|\\[([0-9A-Fa-f.:]+)](?::\\d{1,5})?");
    private final List<IpSubnetFilterRule> trusted;

    private ClientAddress(List<IpSubnetFilterRule> trusted) {
        this.trusted = trusted;
    }

    static ClientAddress read(Settings settings) {
        List<IpSubnetFilterRule> rules = new ArrayList<>();
        for (String subnet : settings.list(SETTING)) {
            try {
                String[] parts = subnet.split("/", 2);
                int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : subnet.contains(":") ? 128 : 32;
                InetAddress address = literal(parts[0]);
                if (address == null) {
                    throw new IllegalArgumentException("not an address");
                }
                rules.add(new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT));
            } catch (IllegalArgumentException e) {
                settings.problem(SETTING, "must be addresses or subnets such as 10.0.0.0/8, separated by commas");
            }
        }
        return new ClientAddress(rules);
    }

    String of(HttpServerRequest request) {
        String peer = String.valueOf(request.remoteAddress().hostAddress());
        List<String> forwarded = request.headers().getAll("x-forwarded-for");
        if (trusted.isEmpty() || forwarded.isEmpty()) {
            return peer;
        }
        String[] hops = String.join(",", forwarded).split(",", -1);
        String believed = peer;
        for (int i = hops.length - 1; i >= 0 && isTrusted(believed); i--) {
            InetAddress hop = literal(withoutPort(hops[i].strip()));
            if (hop == null) {
                break;
            }
            believed = hop.getHostAddress();
        }
        return believed;
    }

    /** Some proxies say {@code 10.0.0.1:49152}, and {@code [2001:db8::1]:49152}. */
    private static String withoutPort(String hop) {
        Matcher parts = WITH_PORT.matcher(hop);
        return parts.matches() ? parts.replaceFirst("$1$2") : hop;
    }

    /** What one budget is kept for: an IPv4 address, or the /64 that an IPv6 subscriber owns. */
    static String budget(String address) {
        InetAddress parsed = literal(address);
        if (parsed instanceof Inet6Address six) {
            byte[] bytes = six.getAddress();
            Arrays.fill(bytes, 8, 16, (byte) 0);
            return NetUtil.bytesToIpAddress(bytes) + "/64";
        }
        return address;
    }

    private boolean isTrusted(String address) {
        InetAddress parsed = literal(address);
        return parsed != null && trusted.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(parsed, 0)));
    }

    /** Never asks a name server. */
    private static @Nullable InetAddress literal(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
