import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A consumer of DocDigitizer: submits documents, and books each one when its final callback arrives. */
final class Consumer implements AutoCloseable {
    private static final Pattern DOCUMENT_ID = Pattern.compile("\"document_id\":\\s*\"([^\"]+)\"");
    private static final String BOUNDARY = "----consumer";
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    private final String providerUrl;
    private final Bookings bookings;

    Consumer(String providerUrl, Bookings bookings) throws IOException {
        this.providerUrl = providerUrl;
        this.bookings = bookings;
        server.createContext("/callback", this::callback);
        server.start();
    }

    /** Submits a document, and returns its id. */
    String submit(String name, String content) throws IOException, InterruptedException {
        String callbackUrl = "http://127.0.0.1:" + server.getAddress().getPort() + "/callback";
        HttpRequest request = HttpRequest.newBuilder(URI.create(providerUrl + "/api/v2/documents"))
                .header("Authorization", "Bearer any")
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofString(form(callbackUrl, name, content)))
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        Matcher id = DOCUMENT_ID.matcher(response.body());
        if (!id.find()) throw new IOException(response.statusCode() + ": " + response.body());
        return id.group(1);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void callback(HttpExchange exchange) throws IOException {
        Map<String, String> query = new HashMap<>();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        bookings.onState(query.get("documentId"), Integer.parseInt(query.get("state")));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static String form(String callbackUrl, String name, String content) {
        String part = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=";
        return part + "\"callbackUrl\"\r\n\r\n" + callbackUrl + "\r\n"
                + part + "\"files\"; filename=\"" + name + "\"\r\nContent-Type: application/pdf\r\n\r\n" + content
                + "\r\n--" + BOUNDARY + "--\r\n";
    }
}
