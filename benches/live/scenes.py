"""What is measured, one function each. What comes out is plain numbers; `run.py` puts them into tables."""

import json
import statistics
import subprocess
import time

from parties import STRANGERS, Crowd, Line, Log, Records
from servers import WRITER

#: So long after a scene a server ends what it put off.
SETTLE = 2
WATCHERS = 1_000


def idle(load, server, count, channel):
    """KB that one of so many costs who only sit there. Some came and went before, so that what is needed once is there."""
    Crowd(load, server, 200, channel=channel).leave()
    time.sleep(SETTLE)
    before = server.resident()
    crowd = Crowd(load, server, count, channel=channel)
    time.sleep(SETTLE)
    each = (server.resident() - before) * 1024 / count
    crowd.leave()
    return {"each": each, "opened": crowd.came["took"], "retries": crowd.came["retries"]}


def fan_out(load, server, writer, channel, at_once, seconds, rates):
    """`at_once` events one behind the other, then a while at each of the rates, for those who watch."""
    crowd = Crowd(load, server, WATCHERS, channel=channel)
    for _ in range(20):
        writer.write()
    crowd.say(f"wait {20 * WATCHERS}")
    result = {"burst": deliveries(server, crowd, writer, at_once, None)}
    for rate in rates:
        result[rate] = deliveries(server, crowd, writer, int(rate * seconds), rate)
    crowd.leave()
    return result


def deliveries(server, crowd, writer, count, rate):
    time.sleep(0.5)
    crowd.say("mark")
    before, began = server.times(), time.monotonic()
    for number in range(count):
        writer.write()
        if rate:
            time.sleep(max(0, began + (number + 1) / rate - time.monotonic()))
    seen = crowd.say(f"wait {count * WATCHERS}")
    seen["rate"] = seen["heard"] / seen["seconds"]
    own, system = ((now - then) / seen["heard"] * 1e6 for now, then in zip(server.times(), before))
    seen |= {"cpu": own + system, "own": own}
    seen["missing"] = count * WATCHERS - seen["heard"]
    return seen


def catch_up(load, server, count):
    """Milliseconds from connecting until all that was missed is there: of records, of a log that runs and one that ended."""
    line = Line(server, server.users[WRITER][1])
    Records(server).write()
    place = server.metric("hearth_changes_seq")
    for first in range(0, count, 1_000):
        line.post("/api/items", [{"name": f"Item {number}"} for number in range(first, first + 1_000)])
    log = Log(server, "catch-up")
    for _ in range(count // 500):
        log.write(500)
    log_channel = f"execution:{log.id}"
    result = {"records": missed(load, server, server.CHANNEL, place), "running": missed(load, server, log_channel, 0)}
    log.finish()
    return result


def missed(load, server, channel, after):
    times = []
    for _ in range(5):
        crowd = Crowd(load, server, 1, channel=channel, after=after)
        times.append(crowd.came["took"] * 1e3)
        heard = crowd.came["heard"]
        crowd.leave()
    return {"took": statistics.median(times), "heard": heard}


def cut_and_back(load, server, count, meanwhile):
    crowd = Crowd(load, server, count, width=count)
    crowd.say("mark")
    crowd.say("cut")
    writer = Records(server)
    for _ in range(meanwhile):
        writer.write()
    back = crowd.say("back")
    back["missed"] = crowd.say(f"wait {count * meanwhile}")
    crowd.leave()
    return back


def unseen(load, server, writes, rounds):
    """What a write costs beside a crowd that may not see it, by what it costs alone: processor time, and the wait."""
    writer, ratios = Records(server), {"cpu": [], "wait": []}
    for _ in range(200):
        writer.write()
    for _ in range(rounds):
        alone = cost(server, writer, writes)
        crowd = Crowd(load, server, WATCHERS, users=STRANGERS)
        time.sleep(SETTLE)
        beside = cost(server, writer, writes)
        crowd.leave()
        time.sleep(SETTLE)
        for name, list_of_ratios in ratios.items():
            list_of_ratios.append(beside[name] / alone[name])
    return {name: statistics.median(list_of_ratios) for name, list_of_ratios in ratios.items()} | {"alone": alone, "beside": beside}


def cost(server, writer, writes):
    before, waits = server.cpu(), []
    for _ in range(writes):
        began = time.monotonic()
        writer.write()
        waits.append((time.monotonic() - began) * 1e3)
    time.sleep(0.7)
    return {"cpu": (server.cpu() - before) / writes * 1e6, "wait": statistics.median(waits)}


def killed(load, server, rounds=3):
    """A process with a crowd is killed, again and again: how soon the server counts nobody, and what stays in memory."""
    rows, empty = [], server.resident()
    for _ in range(rounds):
        crowd = Crowd(load, server, WATCHERS, users=STRANGERS)
        full, sockets = server.resident(), server.metric("hearth_sockets")
        crowd.kill()
        began = time.monotonic()
        while (left := server.metric("hearth_sockets")) and time.monotonic() - began < 60:
            time.sleep(0.01)
        gone = time.monotonic() - began
        time.sleep(SETTLE)
        rows.append({"sockets": sockets, "left": left, "gone": gone, "full": full, "after": server.resident()})
    return {"empty": empty, "rounds": rows}


def pairs(load, server, count, workers):
    """Claims and finishes of so many that wait already."""
    ask(server, "pairs", count)
    return work(load, server, "pairs", count, workers, wait=0)


def hand_out(load, server, count, workers, rate):
    """How late work reaches workers who wait for it."""
    command = worker_command(load, server, "wait", count, workers, wait=2)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        time.sleep(1)
        ask(server, "wait", count, rate)
        return json.loads(process.stdout.readline())


def ask(server, task, count, rate=None):
    line, began = Line(server, server.users[WRITER][1]), time.monotonic()
    for number in range(count):
        line.post("/api/executions", {"task": task, "input": {"at": f"sent {time.time_ns()}"}})
        if rate:
            time.sleep(max(0, began + (number + 1) / rate - time.monotonic()))


def work(load, server, task, count, workers, wait):
    command = worker_command(load, server, task, count, workers, wait)
    before = server.cpu()
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seen = json.loads(ran.stdout)
    seen["rate"] = seen["heard"] / seen["took"]
    seen["cpu"] = (server.cpu() - before) / seen["heard"] * 1e6
    return seen


def worker_command(load, server, task, count, workers, wait):
    options = {"address": f"127.0.0.1:{server.port}", "token": server.worker(), "task": task}
    options |= {"total": count, "count": workers, "wait": wait}
    return [load, "work", *(f"{name}={value}" for name, value in options.items())]
