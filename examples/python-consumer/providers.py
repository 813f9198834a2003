"""The few operations of both providers that this consumer needs."""

import base64
import json
import uuid
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

# An API that is slower than this is asked again later.
TIMEOUT_SECONDS = 10


def call(method, url, headers, body=None):
    """Returns the response's JSON. Null: there is nothing (404)."""
    try:
        with urlopen(Request(url, data=body, headers=headers, method=method), timeout=TIMEOUT_SECONDS) as response:
            return json.loads(response.read() or b"null")
    except HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise


class DocDigitizer:
    def __init__(self, url):
        self.url = f"{url}/api/v2/documents"
        self.headers = {"Authorization": "Bearer token"}

    def submit(self, name, file, callback_url, authorization):
        """Returns the document's id."""
        boundary = uuid.uuid4().hex
        fields = {
            "callbackUrl": callback_url,
            # Only a POST carries headers of ours, and so credentials.
            "callback_method": "POST",
            "callback_headers[Authorization]": authorization,
        }
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        )
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body += head.encode() + file + f"\r\n--{boundary}--\r\n".encode()
        headers = {**self.headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        return call("POST", self.url, headers, body)["document_id"]

    def get(self, document):
        return call("GET", f"{self.url}/{quote(document, safe='')}", self.headers)


class Informed:
    def __init__(self, url, user="user", password="password"):
        self.url = f"{url}/v1/consumer/applications"
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}

    def register(self, webhook):
        """Returns the application's id."""
        registration = {
            "application_reference_id": f"loan-{uuid.uuid4()}",
            "application_date": "2029-12-28",
            "services": ["extract", "verify"],
            "applicants": {"applicant1": {"first_name": "Jo", "last_name": "Boren"}},
            "verifications": {"income": ["applicant1"]},
            "webhook": webhook,
        }
        return call("POST", self.url, self.headers, json.dumps(registration).encode())["application_id"]

    def add_file(self, application, name, file):
        """Announces a file and uploads it. Returns its id."""
        body = json.dumps({"image_files": [name]}).encode()
        [ticket] = call("POST", f"{self.url}/{quote(application)}/documents", self.headers, body)["image_files"]
        call("PUT", ticket["upload_url"], {"Content-Type": "application/octet-stream"}, file)
        return ticket["file_id"]

    def get(self, application):
        return call("GET", f"{self.url}/{quote(application, safe='')}", self.headers)
