"""Everything at once for a while: does memory stay where it is?"""

import random
import statistics
import threading
import time

from binaries import say
from parties import EVERYBODY, Crowd, Line, Log, Records
from scenes import ask, work
from servers import WRITER

EVERY = 10


def soak(load, server, seconds):
    """Prints MiB each ten seconds; returns the medians of the middle and the last third."""
    server.worker()
    ending, failures = time.monotonic() + seconds, []
    parts = (writes, comes_and_goes, breaks_off, executions, reads)

    def keep_on(part):
        try:
            while time.monotonic() < ending:
                part(load, server)
        except BaseException as failure:
            failures.append(f"{part.__name__}: {failure!r}")

    threads = [threading.Thread(target=keep_on, args=[part]) for part in parts]
    for thread in threads:
        thread.start()
    series = []
    while time.monotonic() < ending and not failures:
        time.sleep(EVERY)
        series.append(server.resident())
        print(f"{len(series) * EVERY:5} s {series[-1]:7.1f} MiB, {server.metric('hearth_sockets'):5} sockets", flush=True)
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit("; ".join(failures))
    time.sleep(EVERY)
    third = len(series) // 3
    return {
        "middle": statistics.median(series[third : 2 * third]),
        "last": statistics.median(series[2 * third :]),
        "quiet": server.resident(),
        "sockets": server.metric("hearth_sockets"),
    }


def writes(load, server):
    """Fifty a second."""
    writer = Records(server)
    for _ in range(500):
        writer.write()
        time.sleep(0.02)


def comes_and_goes(load, server):
    """Two hundred who see all that is written, for some seconds; they are cut once and come back."""
    crowd = Crowd(load, server, 200)
    time.sleep(random.uniform(2, 6))
    crowd.say("cut")
    time.sleep(1)
    crowd.say("back")
    time.sleep(1)
    crowd.leave()


def breaks_off(load, server):
    """Three hundred who see nothing, whose process is killed."""
    crowd = Crowd(load, server, 300, users=EVERYBODY[:1])
    time.sleep(random.uniform(2, 6))
    crowd.kill()


def executions(load, server):
    """Runs that are watched, and runs that are only done."""
    log = Log(server, "soak")
    crowd = Crowd(load, server, 20, channel=f"execution:{log.id}")
    for _ in range(100):
        log.write(4)
    log.finish()
    crowd.leave()
    ask(server, "soak-many", 100)
    work(load, server, "soak-many", 100, 8, 0)
    time.sleep(1)


def reads(load, server):
    line = Line(server, server.users[WRITER][1])
    for _ in range(20):
        server.call("GET", "/api/items?limit=30", token=server.users[WRITER][1])
        line.post("/api/items", [{"name": f"Item {number}"} for number in range(20)])
        time.sleep(0.5)
    say("still at it")
