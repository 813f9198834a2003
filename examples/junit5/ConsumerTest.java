import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.AssertionFailedError;

@ExtendWith(RingbackExtension.class)
class ConsumerTest {
    private static final String PDF = "%PDF-1.4\n%%EOF\n";

    @Test
    void booksADocumentOnceAlthoughItsFinalCallbackArrivesTwice(Provider provider) throws Exception {
        booksOnce(provider, new Bookings());
    }

    /** The same test is red for a handler that was never sent a duplicate. */
    @Test
    void findsThatACarelessConsumerBooksTwice(Provider provider) {
        assertThrows(AssertionFailedError.class, () -> booksOnce(provider, new Bookings.Careless()));
    }

    @Test
    void booksNothingWhenTheDocumentIsRejectedAfterAnHour(Provider provider) throws Exception {
        Bookings bookings = new Bookings();
        try (Consumer consumer = new Consumer(provider.url("docdigitizer"), bookings)) {
            provider.next("docdigitizer/late-rejection");
            consumer.submit("contract.pdf", PDF);
            provider.advance("59m");
            assertEquals(1, provider.countDeliveries("state=delivered"));
            provider.advance("1m");
            assertEquals(2, provider.countDeliveries("state=delivered"));
            assertEquals(List.of(), bookings.booked);
        }
    }

    private static void booksOnce(Provider provider, Bookings bookings) throws Exception {
        try (Consumer consumer = new Consumer(provider.url("docdigitizer"), bookings)) {
            provider.next("docdigitizer/duplicate-final");
            String document = consumer.submit("contract.annotated.pdf", PDF);
            provider.settle();
            assertEquals(3, provider.countDeliveries("state=delivered"));
            assertEquals(List.of(document), bookings.booked);
        }
    }
}
