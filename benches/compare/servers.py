"""The two servers as `run.py` sees them: started on a folder of their own, filled with the same rows, and measured.

Both keep their defaults. What each is asked differs only where their APIs differ: the paths, the verb of an update, and
the owner, whom PocketBase wants in the body and Hearth takes from the token.
"""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

PASSWORD = "correct horse battery"
READER, WRITER = "reader@example.com", "writer@example.com"
CLOCK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def row(number):
    return {
        "name": f"Item number {number}",
        "optional_field": "a short text",
        "items": ["one", "two", "three"],
        "metadata": {"place": number, "tags": {"colour": "green"}},
    }


class Server:
    """One process; `users` maps an address to (id, token)."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.process, self.users = None, {}
        os.makedirs(folder, exist_ok=True)

    def start(self):
        """Starts it and says how many milliseconds passed until it answered its health check."""
        self.port = free_port()
        with open(os.path.join(self.folder, "log"), "ab") as log:
            began = time.monotonic()
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, env={**os.environ, **self.environment()}, stdout=log, stderr=log
            )
        ask = f"GET {self.HEALTH} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode()
        while time.monotonic() - began < 30:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as stream:
                    stream.sendall(ask)
                    if b" 200 " in stream.recv(64):
                        return (time.monotonic() - began) * 1000
            except OSError:
                time.sleep(0.0005)
        raise SystemExit(f"{self.NAME} did not start; see {self.folder}/log")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None

    def environment(self):
        return {}

    def call(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{self.NAME}: {method} {path}: {error.code} {error.read().decode()}")

    def cpu(self):
        """Seconds of processor time of all its threads, those that have ended too."""
        return sum(self.times())

    def times(self):
        """The same in two: in its own code, and in the system's for it."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return int(fields[11]) / CLOCK, int(fields[12]) / CLOCK

    def resident(self):
        """MiB in memory."""
        with open(f"/proc/{self.process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def requests(self, name, who):
        """The file of requests of that name, one a line."""
        path = os.path.join(self.folder, f"{name}.requests")
        with open(path, "w") as file:
            for line in self.lines(name, who):
                print(*line, file=file)
        return path

    def check_lists(self, who, rows):
        """Both must answer 30 of the user's records and count them all, or the comparison says nothing."""
        for name, path in self.LISTS.items():
            page = self.call("GET", path, token=self.users[who][1])
            total = page.get("total", page.get("totalItems"))
            if len(page["items"]) != 30 or total not in ((None, -1) if name == "list" else (rows,)):
                raise SystemExit(f"{self.NAME}: {name} answered {len(page['items'])} of {total} records")

    def lines(self, name, who):
        if name == "get":
            return [("GET", f"{self.RECORDS}/{id}") for id in self.ids(who)]
        if name == "update":
            change = [json.dumps({"name": f"Changed {n}", "metadata": {"place": n}}) for n in range(97)]
            return [(self.UPDATE, f"{self.RECORDS}/{id}", change[n % 97]) for n, id in enumerate(self.ids(who))]
        if name == "create":
            return [("POST", self.RECORDS, json.dumps({**row(n), **self.owner(who)})) for n in range(2000)]
        return [("GET", self.LISTS[name])]


class Hearth(Server):
    NAME, HEALTH, RECORDS, UPDATE = "Hearth", "/healthz", "/api/items", "PUT"
    LISTS = {"list": "/api/items?limit=30", "list, total": "/api/items?limit=30&total=true"}

    def __init__(self, binary, folder, synchronous):
        super().__init__(binary, folder)
        self.synchronous = synchronous

    def command(self):
        return [self.binary, "serve", "--port", str(self.port)]

    def environment(self):
        return {"HEARTH_DATABASE__SYNCHRONOUS": self.synchronous, "HEARTH_AUTH__ACCESS_LIFETIME": "24h"}

    def make_users(self, emails=(READER, WRITER)):
        for email in emails:
            data = self.call("POST", "/api/auth/register", {"email": email, "password": PASSWORD})["data"]
            self.users[email] = (data["user"]["id"], data["access_token"])

    def ids(self, who):
        ids, cursor = [], ""
        while cursor is not None:
            page = self.call("GET", f"/api/items?limit=500&fields=id{cursor}", token=self.users[who][1])
            ids += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return ids

    def owner(self, who):
        return {}


class PocketBase(Server):
    NAME, HEALTH, RECORDS, UPDATE = "PocketBase", "/api/health", "/api/collections/items/records", "PATCH"
    LISTS = {"list": f"{RECORDS}?perPage=30&skipTotal=1", "list, total": f"{RECORDS}?perPage=30"}

    def command(self):
        return [self.binary, "serve", "--dir", os.path.join(self.folder, "pb_data"), "--http", f"127.0.0.1:{self.port}"]

    def make_users(self, emails=(READER, WRITER)):
        admin = {"identity": "admin@example.com", "password": PASSWORD}
        made = [self.binary, "superuser", "upsert", *admin.values(), "--dir", os.path.join(self.folder, "pb_data")]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        self.admin = self.call("POST", "/api/collections/_superusers/auth-with-password", admin)["token"]
        self.call("POST", "/api/collections", collection(), self.admin)
        for email in emails:
            user = {"email": email, "password": PASSWORD, "passwordConfirm": PASSWORD}
            self.call("POST", "/api/collections/users/records", user, self.admin)
            signed = {"identity": email, "password": PASSWORD}
            data = self.call("POST", "/api/collections/users/auth-with-password", signed)
            self.users[email] = (data["record"]["id"], data["token"])

    def log_requests(self, wanted):
        """PocketBase keeps a row for each request in a second database, unless it is told to keep none."""
        self.call("PATCH", "/api/settings", {"logs": {"maxDays": 5 if wanted else 0}}, self.admin)

    def ids(self, who):
        ids, number = [], 1
        while True:
            path = f"{self.RECORDS}?perPage=500&skipTotal=1&fields=id&page={number}"
            page = self.call("GET", path, token=self.users[who][1])["items"]
            if not page:
                return ids
            ids += [item["id"] for item in page]
            number += 1

    def owner(self, who):
        return {"user": self.users[who][0]}


def collection():
    """The counterpart of Hearth's model: the same fields, the same rule, and the index that the rule wants."""
    rule = '@request.auth.id != "" && user = @request.auth.id'
    on_change = {"type": "autodate", "onCreate": True}
    return {
        "name": "items",
        "type": "base",
        **{f"{action}Rule": rule for action in ("list", "view", "create", "update", "delete")},
        "fields": [
            {"name": "name", "type": "text", "required": True, "min": 1, "max": 200},
            {"name": "optional_field", "type": "text"},
            {"name": "items", "type": "json"},
            {"name": "metadata", "type": "json"},
            {
                "name": "user",
                "type": "relation",
                "required": True,
                "collectionId": "_pb_users_auth_",
                "maxSelect": 1,
                "cascadeDelete": True,
            },
            {"name": "created", **on_change},
            {"name": "updated", **on_change, "onUpdate": True},
        ],
        "indexes": ["CREATE INDEX `idx_items_user` ON `items` (`user`)"],
    }
