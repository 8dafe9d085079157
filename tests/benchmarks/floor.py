"""The floor: what a request costs at least on the same server, with the same libraries and the same durability.

A bare Falcon application that looks one row up in SQLite, or inserts one, and knows neither credentials nor SCIM.
"""

import os
import sys
import threading

import falcon
import orjson
from granian.constants import HTTPModes, Interfaces
from granian.server import Server

from scim_peewee.database import SqliteStoreDatabase

TABLE = "CREATE TABLE IF NOT EXISTS floor (key TEXT PRIMARY KEY, document BLOB) WITHOUT ROWID"
SELECT = "SELECT document FROM floor WHERE key = ?"
INSERT = "INSERT OR REPLACE INTO floor (key, document) VALUES (?, ?)"
HEAD = b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"Resources":['


class Users:
    """One look-up for each GET, one durable insert for each POST and PATCH."""

    def __init__(self, database):
        self._database = database
        self._writer = threading.Lock()

    def on_get(self, req, resp):
        row = self._database.execute_sql(SELECT, (req.params["key"],)).fetchone()
        resp.content_type = "application/scim+json"
        resp.data = b"%b%b]}" % (HEAD, row[0])

    def on_post(self, req, resp):
        document = orjson.loads(req.bounded_stream.read())
        text = orjson.dumps(document)
        with self._writer:
            self._database.begin("IMMEDIATE")
            self._database.execute_sql(INSERT, (req.params["key"], text))
            self._database.commit()
        resp.content_type = "application/scim+json"
        resp.data = text

    on_patch = on_post


def application():
    """Return the application over the database that the environment names."""
    database = SqliteStoreDatabase(os.environ["FLOOR_DATABASE"])
    database.execute_sql(TABLE)
    database.close()
    app = falcon.App()
    app.add_route("/Users", Users(database))
    return app


if __name__ == "__main__":
    Server(
        "floor",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=64,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    ).serve(target_loader=lambda *_: application(), wrap_loader=False)
