"""What the consumer knows, in SQLite."""

import json
import sqlite3
import threading
import time
from contextlib import contextmanager

FINAL_STATES = (91, 92, 999)

SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, news TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, is_taken INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS inbox_subject ON inbox (subject, is_taken);
CREATE TABLE IF NOT EXISTS documents (
  id TEXT PRIMARY KEY, state INTEGER, state_text TEXT, has_results INTEGER NOT NULL DEFAULT 0,
  bookings INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS applications (
  id TEXT PRIMARY KEY, verified TEXT, verified_at TEXT, decisions INTEGER NOT NULL DEFAULT 0,
  is_given_up INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY, application TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS extracted (
  id TEXT PRIMARY KEY, application TEXT NOT NULL, type TEXT NOT NULL);
"""


class Store:
    def __init__(self, path):
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.executescript(SCHEMA)
        # What an earlier process took and did not end.
        self.db.execute("UPDATE inbox SET is_taken = 0")

    @contextmanager
    def transaction(self):
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise

    def remember(self, kind, subject, news):
        """Writes a callback down. It is safe when this returns."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO inbox (kind, subject, news) VALUES (?, ?, ?)", (kind, subject, json.dumps(news))
            )

    def remember_open(self):
        """Asks for everything that has no end: a callback may have been lost."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO inbox (kind, subject, news) SELECT 'document', id, '{}' FROM documents"
                " WHERE (state IS NULL OR state NOT IN (91, 92, 999)) AND id NOT IN (SELECT subject FROM inbox)"
            )
            db.execute(
                "INSERT INTO inbox (kind, subject, news) SELECT 'application', id, '{}' FROM applications"
                " WHERE ((verified IS NULL AND is_given_up = 0)"
                " OR id IN (SELECT application FROM files WHERE status = 'waiting'))"
                " AND id NOT IN (SELECT subject FROM inbox)"
            )

    def take(self):
        """The next callback that is due. Those of one document or application come one after the other."""
        with self.transaction() as db:
            return db.execute(
                "UPDATE inbox SET is_taken = 1 WHERE seq = (SELECT seq FROM inbox WHERE is_taken = 0 AND due <= ?"
                " AND subject NOT IN (SELECT subject FROM inbox WHERE is_taken = 1) ORDER BY seq LIMIT 1)"
                " RETURNING *",
                (time.time(),),
            ).fetchone()

    def postpone(self, row):
        """Puts back what failed, for later. After eight tries, polling alone is left."""
        tries = row["tries"] + 1
        with self.transaction() as db:
            if tries > 8:
                db.execute("DELETE FROM inbox WHERE seq = ?", (row["seq"],))
            else:
                due = time.time() + min(60, 0.1 * 2**tries)
                db.execute(
                    "UPDATE inbox SET is_taken = 0, tries = ?, due = ? WHERE seq = ?", (tries, due, row["seq"])
                )

    def add_document(self, document):
        with self.transaction() as db:
            db.execute("INSERT INTO documents (id) VALUES (?) ON CONFLICT DO NOTHING", (document,))

    def add_application(self, application):
        with self.transaction() as db:
            db.execute("INSERT INTO applications (id) VALUES (?) ON CONFLICT DO NOTHING", (application,))

    def add_file(self, application, file):
        with self.transaction() as db:
            db.execute(
                "INSERT INTO files (id, application, status) VALUES (?, ?, 'waiting') ON CONFLICT DO NOTHING",
                (file, application),
            )

    def document(self, document):
        with self.lock:
            row = self.db.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
        return None if row is None else dict(row)

    def application(self, application):
        with self.lock:
            row = self.db.execute("SELECT * FROM applications WHERE id = ?", (application,)).fetchone()
            if row is None:
                return None
            files = self.db.execute("SELECT status FROM files WHERE application = ?", (application,)).fetchall()
            types = self.db.execute("SELECT type FROM extracted WHERE application = ?", (application,)).fetchall()
        return {
            "verified": row["verified"],
            "decisions": row["decisions"],
            "is_given_up": bool(row["is_given_up"]),
            "files": [each["status"] for each in files],
            "types": [each["type"] for each in types],
        }
