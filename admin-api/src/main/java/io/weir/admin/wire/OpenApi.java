package io.weir.admin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document, written by hand in `openapi.yaml` and compared with the code by a test.
public final class OpenApi {

    private OpenApi() {}

    public static JsonNode read() {
        try (InputStream yaml = new ClassPathResource("openapi.yaml").getInputStream()) {
            Map<String, Object> tree =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            return JsonMapper.shared().valueToTree(tree);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
