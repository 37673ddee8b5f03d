package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a test says to a Redis, past the product: a command of one line, and the first line of the answer. */
public final class RedisTalk {
    private RedisTalk() {}

    public static String ask(String redisUrl, String command) throws IOException {
        URI url = URI.create(redisUrl);
        List<String> answers = talk(
                url,
                "AUTH " + url.getUserInfo().substring(1),
                "SELECT " + url.getPath().substring(1),
                command);
        assertThat(answers.subList(0, 2)).containsOnly("+OK");
        return answers.get(2);
    }

    static String askWithoutPassword(String redisUrl, String command) throws IOException {
        return talk(URI.create(redisUrl), command).get(0);
    }

    private static List<String> talk(URI url, String... commands) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.getOutputStream()
                    .write((String.join("\r\n", commands) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return in.lines().limit(commands.length).toList();
        }
    }
}
