import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test that has a parameter {@link Provider} a space of its own, on one server for the whole run. */
public final class RingbackExtension implements ParameterResolver, AfterTestExecutionCallback {
    private static final Namespace NAMESPACE = Namespace.create(RingbackExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Provider.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Server server = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(Server.class);
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Provider.class, key -> new Provider(server.url + "/@test-" + UUID.randomUUID()));
    }

    /** Reports what the provider did in a test that failed. */
    @Override
    public void afterTestExecution(ExtensionContext context) {
        Provider provider = context.getStore(NAMESPACE).get(Provider.class, Provider.class);
        if (provider != null && context.getExecutionException().isPresent())
            context.publishReportEntry("mock provider", provider.deliveries(""));
    }

    /** The server of RINGBACK_URL, or one that ends with the run. JUnit closes what is in a store. */
    static final class Server implements CloseableResource {
        final String url;
        private Process process;

        Server() {
            String running = System.getenv("RINGBACK_URL");
            url = running != null ? running : start();
        }

        private String start() {
            String program = System.getenv().getOrDefault("RINGBACK", "node_modules/.bin/ringback");
            List<String> command = new ArrayList<>(List.of(program.split(" ")));
            command.addAll(List.of("serve", "--port", "0", "--clock", "virtual", "--seed", "42", "--log", "quiet"));
            try {
                process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
                String line = process.inputReader().readLine();
                if (line == null || !line.contains(" listening on "))
                    throw new IllegalStateException(String.join(" ", command) + " did not start: " + line);
                return line.replaceFirst(".* listening on ", "");
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        @Override
        public void close() {
            if (process != null) process.destroy();
        }
    }
}
