package io.weir.gateway.metering;

import io.weir.gateway.metering.RequestBody.Malformed;
import io.weir.gateway.metering.RequestBody.Read;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON that can be read in one way only. What the upstream's parser could see otherwise is
/// refused: members that stand twice, `Model` beside `model` (some parsers fold case), a second
/// document, text that is not UTF-8.
final class StrictJson {

    private static final String MODEL = "model";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private StrictJson() {}

    static RequestBody read(ByteBuffer bytes) {
        return read(bytes, true);
    }

    /// Whatever members it has.
    static RequestBody readDocument(ByteBuffer bytes) {
        return read(bytes, false);
    }

    private static RequestBody read(ByteBuffer bytes, boolean hasModel) {
        try (JsonParser parser = JSON.createParser(text(bytes))) {
            return read(parser, bytes, hasModel);
        } catch (CharacterCodingException notText) {
            return new Malformed("The body is not UTF-8.");
        } catch (JacksonException malformed) {
            return new Malformed(
                    "The body is not JSON that can be read in one way only: %s"
                            .formatted(malformed.getOriginalMessage()));
        }
    }

    /// A decoder that reports what it can't decode, unlike the parser's own.
    private static String text(ByteBuffer bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    }

    private static RequestBody read(JsonParser parser, ByteBuffer bytes, boolean hasModel) {
        Optional<String> model = Optional.empty();
        if (parser.nextToken() == JsonToken.START_OBJECT && hasModel) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(MODEL) && value == JsonToken.VALUE_STRING) {
                    model = Optional.of(parser.getString());
                } else if (name.equalsIgnoreCase(MODEL)) {
                    return new Malformed("The member 'model' must be a string, and written so.");
                }
                parser.skipChildren();
            }
        } else {
            parser.skipChildren();
        }
        return parser.nextToken() == null
                ? new Read(bytes, model)
                : new Malformed("Something stands after the JSON document.");
    }
}
