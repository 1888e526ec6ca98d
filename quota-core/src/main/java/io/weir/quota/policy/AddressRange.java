package io.weir.quota.policy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// Addresses that begin with the same bits, such as `10.0.0.0/8` or `2001:db8::/32`; one address
/// without a slash is a range of itself. Bits after the prefix mean nothing. IPv4 addresses that
/// are mapped into IPv6 are IPv4 addresses, and `::/0` holds none of them.
public final class AddressRange {

    private static final Pattern V4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    private static final Pattern BITS = Pattern.compile("0|[1-9]\\d{0,2}");

    private final byte[] address;
    private final int bits;
    private final String text;

    private AddressRange(byte[] address, int bits, String text) {
        this.address = address;
        this.bits = bits;
        this.text = text;
    }

    /// Numbers only: no name is ever looked up.
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        if (!V4.matcher(address).matches() && !V6.matcher(address).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            int stated = address.indexOf(':') < 0 ? Integer.SIZE : 4 * Integer.SIZE;
            int dropped = stated - bytes.length * Byte.SIZE;
            return bits(slash < 0 ? Integer.toString(stated) : bits, stated)
                    .filter(prefix -> prefix >= dropped)
                    .map(prefix -> new AddressRange(bytes, prefix - dropped, text));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> bits(String text, int most) {
        return BITS.matcher(text).matches() && Integer.parseInt(text) <= most
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    public boolean holds(InetAddress peer) {
        byte[] other = peer.getAddress();
        if (other.length != address.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = Byte.SIZE - bits % Byte.SIZE;
        return rest == Byte.SIZE || (address[whole] ^ other[whole]) >> rest == 0;
    }

    /// As it was stated.
    @Override
    public String toString() {
        return text;
    }
}
