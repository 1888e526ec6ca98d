package io.weir.admin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document, written by hand in `openapi.yaml` and compared with the code by a test.
@RestController
final class ApiDescription {

    private final byte[] document;

    ApiDescription() {
        try (InputStream yaml = new ClassPathResource("openapi.yaml").getInputStream()) {
            Map<String, Object> tree =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            this.document = JsonMapper.shared().writeValueAsBytes(tree);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] document() {
        return document.clone();
    }
}
