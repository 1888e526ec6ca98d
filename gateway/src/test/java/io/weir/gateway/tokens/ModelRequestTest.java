package io.weir.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.tokens.ModelRequest.Unusable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRequestTest {

    @Test
    void whatDecidesOverTheCostIsRead() throws Unusable {
        ModelRequest request =
                read(
                        """
                        {"model":"gpt-é","max_tokens":10,"max_completion_tokens":20,"n":3,"stream":true,
                         "messages":[{"max_tokens":99,"stream":false}],"stream_options":{"include_usage":true}}
                        """);

        assertThat(request.model()).contains("gpt-é");
        assertThat(request.most()).hasValue(20);
        assertThat(request.answers()).isEqualTo(3);
        assertThat(request.isStream()).isTrue();
        assertThat(request.includesUsage()).isTrue();
    }

    @Test
    void whatIsAbsentOrNullIsNotSaid() throws Unusable {
        for (String body :
                new String[] {"{}", "{\"max_tokens\":null,\"n\":null,\"stream\":null}"}) {
            ModelRequest request = read(body);

            assertThat(request.most()).isEmpty();
            assertThat(request.answers()).isOne();
            assertThat(request.isStream()).isFalse();
            assertThat(request.includesUsage()).isFalse();
            assertThat(text(request)).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                        | {\"stream_options\":{\"include_usage\":true}}",
                "{ \"a\" : \"é\" }                         | {\"stream_options\":{\"include_usage\":true}, \"a\" : \"é\" }",
                "{\"é\":1,\"stream_options\": null}        | {\"é\":1,\"stream_options\": {\"include_usage\":true}}",
                "{\"stream_options\": { }}                 | {\"stream_options\": {\"include_usage\":true }}",
                "{\"stream_options\":{\"x\":[1]},\"y\":2}  | {\"stream_options\":{\"include_usage\":true,\"x\":[1]},\"y\":2}",
                "{\"stream_options\":{\"include_usage\" : false}} | {\"stream_options\":{\"include_usage\" : true}}"
            })
    void aStreamIsAskedToTellItsUsageAndAllElseStays(String body, String wanted) throws Unusable {
        ModelRequest request = read(body);
        request.includeUsage();

        assertThat(text(request)).isEqualTo(wanted);
    }

    @Test
    void aBoundIsWrittenBesideWhatElseIsChanged() throws Unusable {
        ModelRequest request =
                read("{\"model\":\"é\",\"stream_options\":{\"include_usage\":false}}");
        request.includeUsage();
        request.bound("max_tokens", 500);

        assertThat(text(request))
                .isEqualTo(
                        "{\"max_tokens\":500,\"model\":\"é\",\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void twoMembersAreAddedToAnEmptyObject() throws Unusable {
        ModelRequest request = read("{}");
        request.bound("max_tokens", 5);
        request.includeUsage();

        assertThat(text(request))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"max_tokens\":5}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"max_tokens\":-1}",
                "{\"max_tokens\":0}",
                "{\"max_tokens\":1.5}",
                "{\"max_tokens\":\"12\"}",
                "{\"max_completion_tokens\":99999999999}",
                "{\"n\":0}",
                "{\"n\":[1]}",
                "{\"stream\":1}",
                "{\"stream\":\"true\"}",
                "{\"stream_options\":[]}",
                "{\"stream_options\":{\"include_usage\":1}}"
            })
    void whatAMemberCanNotBeIsRefusedByItsName(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("The member '")
                .hasMessageMatching(
                        ".*'(max_tokens|max_completion_tokens|n|stream|stream_options|include_usage)'.*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Model\":\"m\"}",
                "{\"MAX_TOKENS\":1}",
                "{\"max_to\u212Aens\":1}",
                "{\"\u017Ftream\":true}",
                "{\"N\":1}",
                "{\"Best_Of\":1}",
                "{\"Background\":true}",
                "{\"Stream_Options\":{}}",
                "{\"stream_options\":{\"Include_Usage\":true}}"
            })
    void aNameThatDiffersInCaseAloneIsRefused(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("must be written in lower case");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "{\"model\":null}", "{\"model\":1}", "{\"background\":1}"})
    void whatIsNoRequestIsRefused(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(Unusable.class);
    }

    @Test
    void aBoundTakesThePlaceOfNull() throws Unusable {
        ModelRequest request = read("{\"a\":1,\"max_tokens\" : null,\"b\":2}");
        request.bound("max_tokens", 7);

        assertThat(text(request)).isEqualTo("{\"a\":1,\"max_tokens\" : 7,\"b\":2}");
    }

    @Test
    void whatRunsInTheBackgroundIsTold() throws Unusable {
        assertThat(read("{\"background\":true}").isBackground()).isTrue();
        assertThat(read("{\"background\":false}").isBackground()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[{'content':[{'type':'image_url','image_url':{'url':'https://x'}}]}]}",
                "{'input':[{'role':'user','content':[{'type':'input_file','file_id':'f'}]}]}",
                "{'input':[{'role':'user','content':[{'type':'input_file','FILE_URL':'u'}]}]}",
                "{'input':[{'id':'msg_1'}]}",
                "{'input':[{'type':'item_reference','id':'msg_1'}]}",
                "{'previous_response_id':'r'}",
                "{'conversation':{'id':'c'}}",
                "{'prompt':{'id':'p'}}",
                "{'mcp_servers':[{'url':'u'}]}",
                "{'container':'c'}",
                "{'web_search_options':{}}",
                "{'messages':[{'content':[{'type':'document','source':{'type':'url','url':'u'}}]}]}",
                "{'messages':[{'content':[{'type':'image','source':{'type':'file'}}]}]}",
                "{'tools':[{'type':'function'},{'type':'web_search_20250305','name':'web_search'}]}",
                "{'tools':[{'type':'code_execution_20250522'}]}",
                "{'tools':[{'type':'mcp'}]}"
            })
    void whatRefersToMoreIsTold(String body) throws Unusable {
        assertThat(read(body.replace('\'', '"')).refersToMore()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'previous_response_id':null,'conversation':null,'prompt':'text','input':'text'}",
                "{'input':[{'role':'user','content':'a'},{'type':'message','id':'msg_1'},'a',[1]]}",
                "{'messages':[{'content':[{'type':'image','source':{'type':'base64','data':'a'}}]}]}",
                "{'tools':[{'name':'f','input_schema':{'type':'object','properties':{'type':"
                        + "{'type':'string'},'prompt':{'type':'object'},'container':{}}}},"
                        + "{'type':'custom'},{'type':'bash_20250124','name':'bash'}]}",
                "{'messages':[{'content':'image_url file_id'}]}"
            })
    void whatIsWholeIsTold(String body) throws Unusable {
        assertThat(read(body.replace('\'', '"')).refersToMore()).isFalse();
    }

    private static ModelRequest read(String body) throws Unusable {
        return ModelRequest.read(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(ModelRequest request) {
        return StandardCharsets.UTF_8.decode(request.bytes()).toString();
    }
}
