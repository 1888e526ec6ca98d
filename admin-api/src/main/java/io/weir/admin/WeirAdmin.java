package io.weir.admin;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// The admin API: what operators and resellers sell, and what was used of it.
@SpringBootApplication
@ConfigurationPropertiesScan
public class WeirAdmin {

    public static void main(String[] arguments) {
        var wrong = Environment.wrong(System.getenv());
        if (!wrong.isEmpty()) {
            wrong.forEach(System.err::println);
            System.exit(2);
        }
        SpringApplication.run(WeirAdmin.class, arguments);
    }
}
