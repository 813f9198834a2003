"""A consumer of DocDigitizer on asyncio streams. It keeps everything in memory, and submits nothing itself."""
import asyncio
import json
import os
import urllib.request
from urllib.parse import parse_qs, quote, unquote, urlsplit

PORT = int(os.environ["PORT"])
API = os.environ["DOCDIGITIZER_URL"] + "/api/v2/documents/"
FINAL = (91, 92, 999)
MOST_BYTES = 1_000_000
documents = {}
tasks = {}


def read_api(document_id):
    request = urllib.request.Request(API + quote(document_id, safe=""), headers={"Authorization": "Bearer any"})
    with urllib.request.urlopen(request, timeout=8) as response:
        return json.load(response)


async def settle(document_id, document):
    """Takes the final state from the API, as soon as it shows one."""
    for tries in range(14):
        try:
            present = await asyncio.to_thread(read_api, document_id)
            if present["state"] not in FINAL and tries < 5:
                raise ValueError("the API is not there yet")
            if present["state"] in FINAL and present["state"] != document["state"]:
                document["emails"].append(present["stateText"])
                document["state"] = present["state"]
            return
        except (OSError, ValueError):
            await asyncio.sleep(min(0.1 * 2**tries, 1.5))


async def work(document_id, document):
    while document["news"] > 0:
        document["news"] = 0
        await settle(document_id, document)
    del tasks[document_id]


def callback(query):
    document_id, state = query.get("documentId", [""])[-1], query.get("state", [""])[-1]
    if not document_id or not (state.isascii() and state.isdigit()):
        return 400, {"error": "documentId and state are required"}
    state = int(state)
    document = documents.setdefault(document_id, {"state": 0, "emails": [], "news": 0})
    if state in FINAL:
        if state != document["state"]:
            document["news"] += 1
            if document_id not in tasks:
                tasks[document_id] = asyncio.ensure_future(work(document_id, document))
    elif document["state"] not in FINAL and state > document["state"]:
        document["state"] = state
    return 200, {"received": True}


def respond(method, target):
    url = urlsplit(target)
    if url.path == "/callback":
        if method == "HEAD":
            return 200, {}
        if method not in ("GET", "POST"):
            return 405, {"error": method}
        try:
            return callback(parse_qs(url.query, errors="strict"))
        except ValueError:
            return 400, {"error": "the query is not UTF-8"}
    document = documents.get(unquote(url.path.removeprefix("/documents/")))
    if document is None:
        return 404, {"error": "not found"}
    return 200, {"state": document["state"], "emails": document["emails"]}


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif (length := int(headers.get("content-length", 0))) > MOST_BYTES:
        raise ValueError("too long")
    else:
        await reader.readexactly(length)
    return method, target


async def serve(reader, writer):
    """The requests of one connection, each of which has 20 seconds to arrive."""
    try:
        is_open = True
        while is_open:
            try:
                method, target = await asyncio.wait_for(read_request(reader), 20)
                status, value = respond(method, target)
            except asyncio.IncompleteReadError as error:
                if not error.partial:
                    return
                method, status, value, is_open = "GET", 400, {"error": "cut off"}, False
            except (ValueError, asyncio.LimitOverrunError, asyncio.TimeoutError):
                method, status, value, is_open = "GET", 400, {"error": "unreadable"}, False
            body = json.dumps(value).encode()
            connection = "keep-alive" if is_open else "close"
            head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n"
            writer.write(head.encode() + (b"" if method == "HEAD" else body))
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", PORT, backlog=256)
    await server.serve_forever()


asyncio.run(main())
