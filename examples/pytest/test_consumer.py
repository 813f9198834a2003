import pytest

from consumer import Bookings, CarelessBookings, Consumer

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def start(provider):
    """Starts consumers that submit to the provider, and ends them after the test."""
    started = []

    def start(bookings):
        started.append(Consumer(provider.url("docdigitizer"), bookings))
        return started[-1]

    yield start
    for consumer in started:
        consumer.close()


@pytest.mark.parametrize(
    "bookings",
    [
        Bookings(),
        # A handler that was never sent a duplicate. `strict`: the run fails if this test does not.
        pytest.param(CarelessBookings(), marks=pytest.mark.xfail(strict=True, reason="books a document twice")),
    ],
    ids=["careful", "careless"],
)
def test_books_a_document_once_although_its_final_callback_arrives_twice(provider, start, bookings):
    provider.next("docdigitizer/duplicate-final")
    document = start(bookings).submit("contract.annotated.pdf", PDF)
    provider.settle()
    assert len(provider.deliveries(state="delivered")) == 3
    assert bookings.booked == [document]


def test_books_nothing_when_the_document_is_rejected_after_an_hour(provider, start):
    bookings = Bookings()
    provider.next("docdigitizer/late-rejection")
    start(bookings).submit("contract.pdf", PDF)
    provider.advance("59m")
    assert len(provider.deliveries(state="delivered")) == 1
    provider.advance("1m")
    assert len(provider.deliveries(state="delivered")) == 2
    assert bookings.booked == []
