// Tests in Java against the emulator, without packages:
//
//     twelvelabs-embed emulator --port 0 --rpm 2 --processing-sec 600 -- java -ea examples/EmulatorTest.java

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;

public class EmulatorTest {
    static final String API = System.getenv("TWELVELABS_BASE_URL");
    static final String CONTROL = URI.create(API).resolve("/_emulator").toString();
    static final String KEY = System.getenv("TWELVE_LABS_API_KEY");
    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final String TEXT = """
        {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}""";

    static HttpResponse<String> send(String method, String url, String body) throws Exception {
        var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        var request = HttpRequest.newBuilder(URI.create(url)).method(method, publisher)
            .header("x-api-key", KEY).header("content-type", "application/json");
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    static int embed() throws Exception {
        return send("POST", API + "/embed-v2", TEXT).statusCode();
    }

    static void control(String method, String path, String body) throws Exception {
        var response = send(method, CONTROL + path, body);
        assert response.statusCode() < 300 : response.body();
    }

    static void quota() throws Exception {
        assert embed() == 200 && embed() == 200;
        var rejected = send("POST", API + "/embed-v2", TEXT);
        assert rejected.statusCode() == 429;
        var seconds = rejected.headers().firstValue("retry-after").orElseThrow();
        control("POST", "/clock/advance", "{\"seconds\": " + seconds + "}");
        assert embed() == 200;
    }

    static void faults() throws Exception {
        control("PUT", "/faults", "{\"script\": \"503,reset\"}");
        assert embed() == 503;
        try {
            embed();
            throw new AssertionError("the response was not lost");
        } catch (IOException expected) {
            assert embed() == 200;
        }
    }

    static void tenMinutes() throws Exception {
        var wav = new byte[44 + 5 * 8000];
        var head = "524946460000000057415645666d74201000000001000100401f0000401f00000100080064617461409c0000";
        for (int i = 0; i < 44; i++) wav[i] = (byte) Integer.parseInt(head.substring(2 * i, 2 * i + 2), 16);
        var body = """
            {"input_type": "audio", "model_name": "marengo3.0",
             "audio": {"media_source": {"base64_string": "%s"}}}""".formatted(Base64.getEncoder().encodeToString(wav));
        var created = send("POST", API + "/embed-v2/tasks", body);
        assert created.statusCode() == 202 : created.body();
        var task = created.headers().firstValue("location").orElseThrow();
        control("POST", "/wait-until-idle", null);
        assert send("GET", task, null).body().contains("\"status\": \"processing\"");
        control("POST", "/clock/advance", "{\"seconds\": 600}");
        assert send("GET", task, null).body().contains("\"ready\"");
    }

    interface Test {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        var tests = new Test[] {EmulatorTest::quota, EmulatorTest::faults, EmulatorTest::tenMinutes};
        for (var test : tests) {
            control("POST", "/reset", null);
            test.run();
        }
        System.out.println(tests.length + " passed");
    }
}
