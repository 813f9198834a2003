"""A consumer of DocDigitizer and Informed with nothing but Python's standard library and SQLite.

A callback is written into the table `inbox` and acknowledged. Workers do what it asks for, and repeat what fails.
"""

import hmac
import json
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from providers import DocDigitizer, Informed
from store import Store
from work import Worker

# What callbacks have to carry in `Authorization`: a secret of its own for each endpoint.
DOCUMENTS_AUTHORIZATION = os.environ["DOCUMENTS_AUTHORIZATION"]
APPLICATIONS_AUTHORIZATION = os.environ["APPLICATIONS_AUTHORIZATION"]
HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "3000"))
# Where the provider reaches this consumer. Default: where the client of a submission does.
PUBLIC_URL = os.environ.get("PUBLIC_URL")
POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "60"))
MAX_BODY = 5_000_000

store = Store(os.environ.get("DATABASE", "consumer.db"))
docdigitizer = DocDigitizer(os.environ.get("DOCDIGITIZER_URL", "https://api.docdigitizer.com"))
informed = Informed(os.environ.get("INFORMED_URL", "https://api.informediq.com"))
worker = Worker(store, docdigitizer, informed)


class BadRequest(Exception):
    """What cannot be read today cannot be read tomorrow: 400, which is not sent again."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A request that does not go on within this many seconds is given up.
    timeout = 10

    def do_POST(self):
        url = urlsplit(self.path)
        try:
            body = self.read_body()
            if url.path == "/documents":
                self.callback(DOCUMENTS_AUTHORIZATION, lambda: self.document_news(url.query))
            elif url.path == "/applications":
                self.callback(APPLICATIONS_AUTHORIZATION, lambda: self.application_news(body))
            elif url.path == "/submit":
                self.submit(parse_qs(url.query)["file"][0], body)
            elif url.path == "/apply":
                self.apply(parse_qs(url.query)["file"][0], body)
            else:
                self.respond(404, {"message": "no such path"})
        except BadRequest as error:
            self.respond(400, {"message": str(error)})
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as error:  # Nothing was stored, so the provider is to send it again.
            self.log_error("%r", error)
            self.respond(503, {"message": "try again later"})

    def do_GET(self):
        path = urlsplit(self.path).path
        state = None
        if path.startswith("/state/"):
            state = store.document(unquote(path.removeprefix("/state/")))
        elif path.startswith("/applications/"):
            state = store.application(unquote(path.removeprefix("/applications/")))
        if state is None:
            self.respond(404, {"message": "not found"})
        else:
            self.respond(200, state)

    def callback(self, expected, read):
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            self.respond(401, {"message": "unknown credentials"})
            return
        news = read()
        # An event type that will be there one day is no error.
        if news is not None:
            store.remember(*news)
            worker.wake()
        self.respond(200, {"received": True})

    def document_news(self, query):
        try:
            values = parse_qs(query, keep_blank_values=True, errors="strict")
            document = values["documentId"][0]
            state = int(values["state"][0])
        except (KeyError, ValueError) as error:
            raise BadRequest("expected documentId and state") from error
        if document == "":
            raise BadRequest("expected documentId and state")
        return "document", document, {"state": state}

    def application_news(self, body):
        try:
            news = json.loads(body)
        except ValueError as error:
            raise BadRequest("expected JSON") from error
        if not isinstance(news, dict) or not isinstance(news.get("event_type"), str):
            raise BadRequest("expected an event_type")
        parts = {"extractions": "documents", "verifications": "verifications", "error": None}
        if news["event_type"] not in parts:
            return None
        if not isinstance(news.get("application_id"), str):
            raise BadRequest("expected an application_id")
        part = parts[news["event_type"]]
        if part is not None and not is_lists(news.get(part)):
            raise BadRequest(f"expected {part}")
        return "application", news["application_id"], news

    def submit(self, name, file):
        own = f"{self.public_url()}/documents"
        document = docdigitizer.submit(name, file, own, DOCUMENTS_AUTHORIZATION)
        # A callback may have been faster than this response: what it stored stays.
        store.add_document(document)
        self.respond(202, {"id": document})

    def apply(self, name, file):
        own = f"{self.public_url()}/applications"
        application = informed.register(own)
        store.add_application(application)
        store.add_file(application, informed.add_file(application, name, file))
        self.respond(202, {"id": application})

    def public_url(self):
        return PUBLIC_URL or f"http://{self.headers['Host']}"

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            raise BadRequest(f"expected at most {MAX_BODY} bytes")
        return self.read_exactly(int(length))

    def read_chunks(self):
        chunks = b""
        while True:
            try:
                size = int(self.rfile.readline(100).split(b";")[0], 16)
            except ValueError as error:
                self.close_connection = True
                raise BadRequest("expected the size of a chunk") from error
            if len(chunks) + size > MAX_BODY:
                self.close_connection = True
                raise BadRequest(f"expected at most {MAX_BODY} bytes")
            chunks += self.read_exactly(size)
            self.rfile.readline(100)
            if size == 0:
                return chunks

    def read_exactly(self, length):
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("the request broke off")
        return body

    def respond(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_request(self, code="-", size="-"):
        pass


def is_lists(value):
    """Whether it has at least one member, and each is a list of objects."""
    if not isinstance(value, dict) or len(value) == 0:
        return False
    return all(isinstance(each, list) and all(isinstance(one, dict) for one in each) for each in value.values())


class Server(ThreadingHTTPServer):
    # After an outage, many connections come at a time.
    request_queue_size = 256
    daemon_threads = True


def poll():
    while True:
        time.sleep(POLL_SECONDS)
        store.remember_open()
        worker.wake()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    worker.start()
    threading.Thread(target=poll, daemon=True).start()
    Server((HOST, PORT), Handler).serve_forever()
