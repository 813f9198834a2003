"""A consumer of DocDigitizer's API v1 on wsgiref, with threads, queue.Queue and one JSON file for everything."""
import json
import os
import queue
import socketserver
import threading
import time
import urllib.request
import uuid
from urllib.parse import parse_qs, quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PORT = int(os.environ["PORT"])
API = os.environ["DOCDIGITIZER_URL"] + "/api/v1/documents"
FILE = os.environ["STATE_FILE"]
OVERDUE_SECONDS = 0.5
RANKS = {"start": 1, "classified": 2, "annotated": 3, "rejected": 3}
STATUSES = {"success": "annotated", "rejected": "rejected", "error": "rejected"}
lock = threading.RLock()
jobs = queue.Queue()
documents = {}


def rank(status):
    return RANKS.get(status, 0)


def save():
    with open(FILE + ".new", "w") as out:
        json.dump(documents, out)
    os.replace(FILE + ".new", FILE)


def load():
    if os.path.exists(FILE):
        with open(FILE) as file:
            documents.update(json.load(file))
    for document_id, document in documents.items():
        if document["is_open"]:
            jobs.put((document_id, 0))


def new_document():
    return {"status": "submitted", "total": None, "payments": 0, "is_open": False, "looked_at": time.time()}


def take(document_id, status):
    """Remembers what a callback says. A final status is only news: the API says what it is."""
    with lock:
        document = documents.setdefault(document_id, new_document())
        was_open = document["is_open"]
        if rank(status) == 3:
            if status != document["status"]:
                document["is_open"] = True
        elif rank(status) > rank(document["status"]):
            document.update(status=status, looked_at=time.time())
        save()
        is_new = document["is_open"] and not was_open
    if is_new:
        jobs.put((document_id, 0))


def call(url, data=None, content_type="application/json"):
    headers = {"Authorization": "API_KEY any", "Content-Type": content_type}
    with urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers), timeout=8) as response:
        return json.load(response)


def finish(document_id, tries):
    try:
        shown = call(f"{API}/{quote(document_id, safe='')}")["document"]
        status = STATUSES.get(shown["annotation_status"])
        if status is None and documents[document_id]["is_open"] and tries < 6:
            raise ValueError("it is not final yet")
    except (OSError, ValueError):
        if tries < 12:
            timer = threading.Timer(min(0.1 * 2**tries, 2), jobs.put, [(document_id, tries + 1)])
            timer.daemon = True
            timer.start()
            return
        status = None
    with lock:
        document = documents[document_id]
        if status is not None and status != document["status"]:
            is_paid = status == "annotated"
            total = shown["annotations"]["data"].get("document:financial-document:amount_total")
            document.update(status=status, payments=int(is_paid), total=total if is_paid else None)
        document["is_open"] = False
        save()


def work():
    while True:
        finish(*jobs.get())


def poll():
    while True:
        time.sleep(0.1)
        with lock:
            late = [
                document_id
                for document_id, document in documents.items()
                if rank(document["status"]) < 3 and time.time() - document["looked_at"] > OVERDUE_SECONDS
            ]
            for document_id in late:
                documents[document_id]["looked_at"] = time.time()
        for document_id in late:
            jobs.put((document_id, 11))


def submit(name, content):
    boundary = uuid.uuid4().hex
    disposition = f"--{boundary}\r\nContent-Disposition: form-data; name="
    body = (
        f'{disposition}"callback_url"\r\n\r\nhttp://127.0.0.1:{PORT}/callback\r\n'
        f'{disposition}"files"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    ).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    task = call(f"{API}/annotate", body, f"multipart/form-data; boundary={boundary}")["task"]
    with lock:
        documents.setdefault(task["document_id"], new_document())
        save()


def app(environ, start_response):
    def respond(status, value, *headers):
        body = json.dumps(value).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers])
        return [b"" if method == "HEAD" else body]

    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if path == "/callback":
        if method == "HEAD":
            return respond("200 OK", {})
        if method not in ("GET", "POST"):
            return respond("405 Method Not Allowed", {"error": method})
        try:
            query = parse_qs(environ["QUERY_STRING"], errors="strict")
        except ValueError:
            return respond("400 Bad Request", {"error": "the query is not UTF-8"})
        document_id, status = query.get("docid", [""])[-1], query.get("status", [""])[-1]
        if not document_id or not status:
            return respond("400 Bad Request", {"error": "docid and status are required"})
        if status in RANKS:
            take(document_id, status)
        return respond("200 OK", {"received": True})
    if path == "/submit":
        submit(parse_qs(environ["QUERY_STRING"])["file"][0], environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return respond("202 Accepted", {})
    with lock:
        document = documents.get(path.removeprefix("/documents/").encode("latin-1").decode("utf-8", "replace"))
        if document is None:
            return respond("404 Not Found", {"error": "not found"})
        return respond("200 OK", {name: document[name] for name in ("status", "total", "payments")})


class Handler(WSGIRequestHandler):
    timeout = 20

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256


load()
for target in (work, work, work, work, poll):
    threading.Thread(target=target, daemon=True).start()
make_server("127.0.0.1", PORT, app, Server, Handler).serve_forever()
