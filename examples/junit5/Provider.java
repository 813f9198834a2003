import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A space of the mock provider: its own resources, clock and callbacks. */
public final class Provider {
    private static final Pattern TOTAL = Pattern.compile("\"total\":\\s*(\\d+)");
    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Provider(String base) {
        this.base = base;
    }

    /** What your client has in place of the provider's real URL, e.g. {@code url("docdigitizer")}. */
    public String url(String name) {
        return base + "/" + name;
    }

    /** Makes the next submission play this scenario. */
    public void next(String scenario) {
        post("next", "{\"scenario\":\"" + scenario + "\"}");
    }

    /** Moves the virtual clock, e.g. by "5m". Every callback on the way has been answered when this returns. */
    public void advance(String duration) {
        post("clock", "{\"advance\":\"" + duration + "\"}");
    }

    /** Moves the virtual clock until nothing is pending, retries included. */
    public void settle() {
        String move = post("clock", "{\"settle\":true}");
        if (!move.matches("(?s).*\"bound\":\\s*null.*")) throw new IllegalStateException("not settled: " + move);
    }

    /** Every callback with its attempts as JSON, for the library that you use, e.g. {@code deliveries("state=failed")}. */
    public String deliveries(String filter) {
        return send(HttpRequest.newBuilder(control("deliveries?" + filter)));
    }

    /** The number of callbacks that a filter finds. */
    public int countDeliveries(String filter) {
        Matcher total = TOTAL.matcher(deliveries("limit=1&" + filter));
        if (!total.find()) throw new IllegalStateException("no total");
        return Integer.parseInt(total.group(1));
    }

    private String post(String path, String json) {
        return send(HttpRequest.newBuilder(control(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    private URI control(String path) {
        return URI.create(base + "/_ringback/" + path);
    }

    private String send(HttpRequest.Builder builder) {
        String token = System.getenv("RINGBACK_CONTROL_TOKEN");
        if (token != null) builder.header("Authorization", "Bearer " + token);
        try {
            HttpResponse<String> response = client.send(builder.build(), BodyHandlers.ofString());
            if (response.statusCode() >= 300) throw new IllegalStateException(response.body());
            return response.body();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
