"""A worker in Python, with the standard library alone: claims the task `greet`, heeds a cancel, sends again what got lost.

Usage: worker.py KEY [URL]
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

KEY = sys.argv[1]
URL = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000"


class Refused(Exception):
    """Hearth said no; sending the same again will not help."""


def call(path, body):
    """Sends until it is answered: every call of a worker may be repeated."""
    request = urllib.request.Request(
        URL + path,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=70) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise Refused(json.load(error)["code"]) from error
            time.sleep(float(error.headers.get("Retry-After", 1)))
        except (urllib.error.URLError, OSError):
            time.sleep(1)  # the server restarts; leases outlive that


class Run:
    """One execution that this worker holds."""

    def __init__(self, given):
        self.path = f"/api/executions/{given['id']}"
        self.fence, self.input, self.batch = given["fence"], given["input"], 0
        self.stop = threading.Event()
        self.over = threading.Event()
        threading.Thread(target=self.beat, daemon=True).start()

    def beat(self):
        while not self.over.wait(10):
            try:
                heard = call(self.path + "/heartbeat", {"fence": self.fence})
            except Refused:
                return self.stop.set()
            if heard["data"]["cancel_requested"]:
                self.stop.set()

    def say(self, kind, **data):
        self.batch += 1
        events = [{"kind": kind, "data": data}]
        call(self.path + "/events", {"fence": self.fence, "batch": self.batch, "events": events})

    def finish(self, **outcome):
        self.over.set()
        call(self.path + "/finish", {"fence": self.fence, **outcome})


def greet(run):
    for number in range(1, 4):
        if run.stop.is_set():
            return run.finish(state="cancelled")
        run.say("progress", current=number, total=3)
    run.finish(state="succeeded", output={"greeting": f"Hello, {run.input.get('name', 'World')}"})


while True:
    claim = {"tasks": ["greet"], "worker": "worker.py", "wait_seconds": 30, "claim_id": str(uuid.uuid4())}
    for given in (call("/api/workers/claim", claim) or {"items": []})["items"]:
        try:
            greet(Run(given))
        except Refused as reason:
            print(f"{given['id']}: {reason}", file=sys.stderr)
