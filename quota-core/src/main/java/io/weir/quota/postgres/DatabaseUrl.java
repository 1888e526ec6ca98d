package io.weir.quota.postgres;

import static io.r2dbc.spi.ConnectionFactoryOptions.DATABASE;
import static io.r2dbc.spi.ConnectionFactoryOptions.DRIVER;
import static io.r2dbc.spi.ConnectionFactoryOptions.HOST;
import static io.r2dbc.spi.ConnectionFactoryOptions.PASSWORD;
import static io.r2dbc.spi.ConnectionFactoryOptions.PORT;
import static io.r2dbc.spi.ConnectionFactoryOptions.USER;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Where the database is and who asks: `postgresql://user:password@host:5432/database`.
///
/// One form for both drivers. `sslmode` is taken from the query, as `psql` does.
public record DatabaseUrl(
        String host, int port, String database, String user, String password, String sslMode) {

    private static final int DEFAULT_PORT = 5432;

    /// @throws IllegalArgumentException if the text is no such URL; it never repeats the password
    public static DatabaseUrl parse(String text) {
        URI uri = URI.create(text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text);
        if (!("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))
                || uri.getHost() == null
                || uri.getPath().length() < 2) {
            throw new IllegalArgumentException(
                    "The database URL must be postgresql://user:password@host:port/database");
        }
        String[] login = uri.getRawUserInfo() == null ? new String[0] : userInfo(uri);
        return new DatabaseUrl(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                uri.getPath().substring(1),
                login.length > 0 ? login[0] : "",
                login.length > 1 ? login[1] : "",
                sslMode(uri));
    }

    /// The same database, asked by somebody else.
    public DatabaseUrl as(String otherUser, String otherPassword) {
        return new DatabaseUrl(host, port, database, otherUser, otherPassword, sslMode);
    }

    /// As the reactive driver wants it.
    public ConnectionFactoryOptions r2dbc(String applicationName) {
        var options =
                ConnectionFactoryOptions.builder()
                        .option(DRIVER, "postgresql")
                        .option(HOST, host)
                        .option(PORT, port)
                        .option(DATABASE, database)
                        .option(USER, user)
                        .option(PASSWORD, password)
                        .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, Duration.ofSeconds(2))
                        .option(Option.valueOf("schema"), "weir")
                        .option(Option.valueOf("applicationName"), applicationName)
                        .option(Option.valueOf("tcpNoDelay"), true);
        if (!sslMode.isEmpty()) {
            options.option(Option.valueOf("sslMode"), sslMode);
        }
        return options.build();
    }

    /// Without the login, which JDBC takes apart.
    public String jdbc() {
        return "jdbc:postgresql://%s:%d/%s%s"
                .formatted(host, port, database, sslMode.isEmpty() ? "" : "?sslmode=" + sslMode);
    }

    private static String[] userInfo(URI uri) {
        String[] parts = uri.getRawUserInfo().split(":", 2);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = URLDecoder.decode(parts[i].replace("+", "%2B"), StandardCharsets.UTF_8);
        }
        return parts;
    }

    private static String sslMode(URI uri) {
        if (uri.getQuery() == null) {
            return "";
        }
        for (String parameter : uri.getQuery().split("&")) {
            if (parameter.startsWith("sslmode=")) {
                return parameter.substring("sslmode=".length());
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return "postgresql://%s@%s:%d/%s".formatted(user, host, port, database);
    }
}
