package io.weir.admin.wire;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
final class ApiDescription {

    private final byte[] document = JsonMapper.shared().writeValueAsBytes(OpenApi.read());

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] document() {
        return document.clone();
    }
}
