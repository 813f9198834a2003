"""A consumer of DocDigitizer: submits documents, and books each one when its final callback arrives."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

ANNOTATED = 91


class Bookings:
    """Books each document once, however often its callback arrives."""

    def __init__(self):
        self.booked = []
        self.lock = threading.Lock()

    def on_state(self, document, state):
        with self.lock:
            if state == ANNOTATED and document not in self.booked:
                self.booked.append(document)


class CarelessBookings(Bookings):
    """Forgets that a callback may arrive twice."""

    def on_state(self, document, state):
        if state == ANNOTATED:
            self.booked.append(document)


class Consumer:
    def __init__(self, provider_url, bookings):
        self.provider_url = provider_url
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(bookings))
        threading.Thread(target=self.server.serve_forever).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def submit(self, name, content):
        """Submits a document, and returns its id."""
        callback_url = f"http://127.0.0.1:{self.server.server_port}/callback"
        body, content_type = form({"callbackUrl": callback_url}, name, content)
        headers = {"Authorization": "Bearer any", "Content-Type": content_type}
        with urlopen(Request(f"{self.provider_url}/api/v2/documents", body, headers)) as response:
            return json.load(response)["document_id"]


def handler_of(bookings):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            bookings.on_state(query["documentId"][0], int(query["state"][0]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    return Handler


def form(fields, name, content):
    """A form as `requests.post(url, data=fields, files={"files": (name, content)})` sends it."""
    boundary = "----consumer"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n')
    parts.append("Content-Type: application/pdf\r\n\r\n")
    body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"
