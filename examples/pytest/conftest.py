"""The fixture `provider`: one server for the whole run, one space for each test."""

import json

import pytest

from provider import Provider, ringback


@pytest.fixture(scope="session")
def ringback_url():
    with ringback() as url:
        yield url


@pytest.fixture
def provider(ringback_url, request):
    space = Provider(ringback_url)
    request.node.provider = space
    return space


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows under a failed test what the provider did in it."""
    report = (yield).get_result()
    if report.failed and hasattr(item, "provider"):
        report.sections.append(("mock provider", "\n".join(map(told, item.provider.deliveries()))))


def told(delivery):
    attempts = ", ".join(f"{each['at'][11:19]} {each['statusCode'] or each['error']}" for each in delivery["attempts"])
    payload = json.dumps(delivery["payload"])
    return f"#{delivery['nth']} {delivery['callback']} {delivery['state']}: {attempts}: {payload[:200]}"
