"""Who takes part: the two servers with what sockets need, those who watch, and one who writes."""

import json
import os
import socket
import subprocess
import time
import urllib.request

from servers import READER, WRITER, Hearth, PocketBase

STRANGERS = [f"stranger{number}@example.com" for number in range(50)]
EVERYBODY = (READER, WRITER, *STRANGERS)


class Live(Hearth):
    """Hearth as it ships: `synchronous = "full"`. One user may have all the sockets, since few users play many."""

    CHANNEL, EVENTS = "records:items", "no"

    def __init__(self, binary, folder):
        super().__init__(binary, folder, "full")

    def environment(self):
        more = {"REALTIME__SOCKETS_PER_USER": "100000", "AUTH__ATTEMPTS_PER_ADDRESS": "100000/m"}
        more["SERVER__METRICS"] = "loopback"
        return {**super().environment(), **{f"HEARTH_{name}": value for name, value in more.items()}}

    def program(self, *arguments):
        ran = subprocess.run([self.binary, *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return ran.stdout.strip()

    def worker(self):
        """The key of a worker, made once."""
        if not hasattr(self, "key"):
            self.program("user", "promote", READER, "admin")
            self.key = self.program("key", "create", "--worker", "bench", "--user", READER)
        return self.key

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return int(float(next(line.split()[1] for line in lines if line.startswith(f"{name} "))))


class Peer(PocketBase):
    CHANNEL, EVENTS = "items/*", "yes"


class Crowd:
    """Many who watch, in a process of their own. `users`: whose tokens they take turns with."""

    def __init__(self, load, server, count, users=(WRITER,), channel=None, width=64, **more):
        tokens = os.path.join(server.folder, "tokens")
        with open(tokens, "w") as file:
            file.writelines(f"{server.users[user][1]}\n" for user in users)
        channel = server.CHANNEL if channel is None else channel
        options = {"address": f"127.0.0.1:{server.port}", "count": count, "channel": channel, "width": width}
        options |= {"tokens": tokens, "events": server.EVENTS, **more}
        command = [load, "watch", *(f"{name}={value}" for name, value in options.items())]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.came = self.heard()

    def heard(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("those who watch have gone")
        return json.loads(line)

    def say(self, words):
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return self.heard()

    def leave(self):
        self.process.stdin.close()
        self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()


class Line:
    """One connection that is kept; what it sends is ready but for the time in it."""

    def __init__(self, server, token):
        self.stream = socket.create_connection(("127.0.0.1", server.port))
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        self.head = head + "Content-Length: "

    def post(self, path, body, expected=201):
        data = json.dumps(body).encode()
        self.stream.sendall(f"POST {path} HTTP/1.1\r\n{self.head}{len(data)}\r\n\r\n".encode() + data)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.more()
        head, _, rest = got.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        while len(rest) < int(length or 0):
            rest += self.more()
        if int(head.split(b" ")[1]) != expected:
            raise SystemExit(f"{path}: {head.decode()} {rest.decode()}")
        return json.loads(rest) if rest else None

    def more(self):
        part = self.stream.recv(65_536)
        if not part:
            raise SystemExit("the server closed a connection")
        return part


class Records:
    """Writes records of one user, each with the time at which it was sent."""

    def __init__(self, server):
        self.line, self.path = Line(server, server.users[WRITER][1]), server.RECORDS
        self.expected = 200 if isinstance(server, PocketBase) else 201
        self.owner = server.owner(WRITER)

    def write(self):
        body = {"name": f"sent {time.time_ns()}", "optional_field": "a short text", **self.owner}
        self.line.post(self.path, body, self.expected)


class Log:
    """Writes into the log of an execution that it has claimed."""

    def __init__(self, server, task):
        self.line, self.batch = Line(server, server.worker()), 0
        asking = Line(server, server.users[WRITER][1])
        self.id = asking.post("/api/executions", {"task": task})["item"]["id"]
        wanted = {"tasks": [task], "worker": "log", "lease_seconds": 3_600}
        claimed = self.line.post("/api/workers/claim", wanted, 200)["items"][0]
        assert claimed["id"] == self.id
        self.fence = claimed["fence"]

    def write(self, count=1):
        self.batch += 1
        events = [{"kind": "log", "data": {"message": f"sent {time.time_ns()}"}} for _ in range(count)]
        body = {"fence": self.fence, "batch": self.batch, "events": events}
        self.line.post(f"/api/executions/{self.id}/events", body, 200)

    def finish(self):
        self.line.post(f"/api/executions/{self.id}/finish", {"fence": self.fence, "state": "succeeded"}, 200)
