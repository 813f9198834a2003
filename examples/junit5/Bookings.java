import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Books each document once, however often its callback arrives. */
class Bookings {
    private static final int ANNOTATED = 91;
    final List<String> booked = new CopyOnWriteArrayList<>();

    synchronized void onState(String document, int state) {
        if (state == ANNOTATED && !isBooked(document)) booked.add(document);
    }

    boolean isBooked(String document) {
        return booked.contains(document);
    }

    /** Forgets that a callback may arrive twice. */
    static class Careless extends Bookings {
        @Override
        boolean isBooked(String document) {
            return false;
        }
    }
}
