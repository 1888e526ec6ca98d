package io.weir.peers;

import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/// A proxy of nothing but Reactor Netty: the ceiling of this stack. `main PORT UPSTREAM PREFIX`.
public final class NettyProxy {

    private static final int CONNECTIONS = 500;

    private NettyProxy() {}

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        int prefix = arguments[2].length();
        HttpClient client =
                HttpClient.create(ConnectionProvider.create("upstream", CONNECTIONS))
                        .baseUrl(arguments[1]);
        HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .handle(
                        (asked, answer) ->
                                client.headers(headers -> headers.add(asked.requestHeaders()))
                                        .request(asked.method())
                                        .uri(asked.uri().substring(prefix))
                                        .send(asked.receive().retain())
                                        .response(
                                                (head, body) ->
                                                        answer.status(head.status())
                                                                .headers(head.responseHeaders())
                                                                .send(body.retain())))
                .bindNow()
                .onDispose()
                .block();
    }
}
