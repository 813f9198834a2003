"""What callbacks cause. Each is done once: its row of the inbox is deleted in the transaction of its effects."""

import json
import threading

from store import FINAL_STATES

MACHINE_LEARNING = 30


class Worker:
    def __init__(self, store, docdigitizer, informed):
        self.store = store
        self.docdigitizer = docdigitizer
        self.informed = informed
        self.has_work = threading.Condition()

    def start(self, threads=4):
        for _ in range(threads):
            threading.Thread(target=self.run, daemon=True).start()

    def wake(self):
        with self.has_work:
            self.has_work.notify_all()

    def run(self):
        while True:
            row = self.store.take()
            if row is None:
                with self.has_work:
                    self.has_work.wait(0.05)
                continue
            try:
                if row["kind"] == "document":
                    self.document(row)
                else:
                    self.application(row)
            except Exception as error:
                print("could not process", row["subject"], repr(error), flush=True)
                self.store.postpone(row)

    def done(self, db, row):
        db.execute("DELETE FROM inbox WHERE seq = ?", (row["seq"],))

    def document(self, row):
        known = self.store.document(row["subject"])
        state = json.loads(row["news"]).get("state")
        if known is not None and state is not None:
            is_duplicate = known["state"] == state
            is_late = known["state"] in FINAL_STATES and state == MACHINE_LEARNING
            if is_duplicate or is_late:
                with self.store.transaction() as db:
                    self.done(db, row)
                return
        # A callback is news; what is true says the provider.
        present = self.docdigitizer.get(row["subject"])
        with self.store.transaction() as db:
            if present is not None:
                self.take_document(db, row["subject"], present)
            self.done(db, row)

    def take_document(self, db, document, present):
        db.execute("INSERT INTO documents (id) VALUES (?) ON CONFLICT DO NOTHING", (document,))
        known = db.execute("SELECT state FROM documents WHERE id = ?", (document,)).fetchone()
        is_new_end = present["state"] in FINAL_STATES and present["state"] != known["state"]
        db.execute(
            "UPDATE documents SET state = ?, state_text = ?, has_results = ?, bookings = bookings + ? WHERE id = ?",
            (
                present["state"],
                present["stateText"],
                present.get("results") is not None,
                1 if is_new_end else 0,
                document,
            ),
        )

    def application(self, row):
        application = row["subject"]
        news = json.loads(row["news"])
        known = self.store.application(application)
        present = None
        if known is None or not news or self.is_unclear(application, news):
            present = self.informed.get(application)
            if present is None:
                news = None
        with self.store.transaction() as db:
            if present is not None:
                self.take_application(db, application, present)
            elif news is not None:
                self.take_news(db, application, news)
            self.done(db, row)

    def is_unclear(self, application, news):
        """Whether verifications differ from the known ones, and neither are newer."""
        if news["event_type"] != "verifications":
            return False
        with self.store.lock:
            known = self.store.db.execute("SELECT * FROM applications WHERE id = ?", (application,)).fetchone()
        if known["verified"] is None or known["verified"] == findings(news["verifications"]):
            return False
        at = newest(news["verifications"])
        return at is None or known["verified_at"] is None or at == known["verified_at"]

    def take_news(self, db, application, news):
        if news["event_type"] == "extractions":
            for document_type, documents in news["documents"].items():
                for document in documents:
                    self.add_extracted(db, application, document.get("document_id"), document_type)
                    for file in document.get("file_ids") or []:
                        self.set_file(db, application, file, "extracted")
        elif news["event_type"] == "verifications":
            self.keep(db, application, news["verifications"])
        elif isinstance(news.get("file_id"), str):
            self.set_file(db, application, news["file_id"], "failed")
        else:
            db.execute("UPDATE applications SET is_given_up = 1 WHERE id = ?", (application,))

    def take_application(self, db, application, present):
        db.execute("INSERT INTO applications (id) VALUES (?) ON CONFLICT DO NOTHING", (application,))
        for file in present["files"]:
            status = file["status"] if file["status"] in ("extracted", "failed") else "waiting"
            self.set_file(db, application, file["file_id"], status)
        for document in present["documents"]:
            self.add_extracted(db, application, document["document_id"], document["document_type"])
        if present["verifications"]:
            self.keep(db, application, present["verifications"])

    def keep(self, db, application, verifications):
        known = db.execute("SELECT * FROM applications WHERE id = ?", (application,)).fetchone()
        at = newest(verifications)
        if known["verified_at"] is not None and at is not None and at < known["verified_at"]:
            return
        found = findings(verifications)
        db.execute(
            "UPDATE applications SET verified = ?, verified_at = ?, decisions = decisions + ? WHERE id = ?",
            (found, at or known["verified_at"], 0 if found == known["verified"] else 1, application),
        )

    def set_file(self, db, application, file, status):
        db.execute(
            "INSERT INTO files (id, application, status) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET status = excluded.status",
            (file, application, status),
        )

    def add_extracted(self, db, application, document, document_type):
        db.execute(
            "INSERT INTO extracted (id, application, type) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (document, application, document_type),
        )


def findings(verifications):
    """What was found, whatever the order: `income applicant1 pass`."""
    return ", ".join(
        sorted(
            f"{name} {each.get('belongs_to')} {each.get('status')}"
            for name, results in verifications.items()
            for each in results
        )
    )


def newest(verifications):
    times = [each.get("updated_at") for results in verifications.values() for each in results]
    return None if len(times) == 0 or not all(isinstance(each, str) for each in times) else max(times)
