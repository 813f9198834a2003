"""A mock provider that calls back, for any test runner."""

import json
import os
import subprocess
import uuid
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

COMMAND = os.environ.get("RINGBACK", "node_modules/.bin/ringback").split()


@contextmanager
def ringback():
    """The URL of the server: of the one in RINGBACK_URL, or of one that ends with the block."""
    if "RINGBACK_URL" in os.environ:
        yield os.environ["RINGBACK_URL"]
        return
    serve = [*COMMAND, "serve", "--port", "0", "--clock", "virtual", "--seed", "42", "--log", "quiet"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline()
            assert " listening on " in line, f"{' '.join(serve)} did not start: {line!r}"
            yield line.split(" listening on ")[1].strip()
        finally:
            server.terminate()


class Provider:
    """A space of the mock provider: its own resources, clock and callbacks."""

    def __init__(self, server_url):
        self.base = f"{server_url}/@test-{uuid.uuid4()}"

    def url(self, name):
        """What your client has in place of the provider's real URL, e.g. `url("docdigitizer")`."""
        return f"{self.base}/{name}"

    def next(self, scenario, **more):
        """Makes the next submission play this scenario."""
        return self.control("next", {"scenario": scenario, **more})

    def advance(self, duration):
        """Moves the virtual clock, e.g. by "5m". Every callback on the way has been answered when this returns."""
        return self.control("clock", {"advance": duration})

    def settle(self):
        """Moves the virtual clock until nothing is pending, retries included."""
        move = self.control("clock", {"settle": True})
        assert move["bound"] is None, f"not settled: {move['bound']}"
        return move

    def deliveries(self, **filters):
        """Every callback with its attempts, e.g. `deliveries(state="failed")`."""
        return self.control(f"deliveries?{urlencode(filters)}")["deliveries"]

    def control(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if "RINGBACK_CONTROL_TOKEN" in os.environ:
            headers["Authorization"] = f"Bearer {os.environ['RINGBACK_CONTROL_TOKEN']}"
        try:
            with urlopen(Request(f"{self.base}/_ringback/{path}", data, headers)) as response:
                return json.load(response)
        except HTTPError as error:
            problem = json.load(error)
            raise AssertionError(f"{path}: {problem['detail']} {problem.get('remedy', '')}") from None
