#!/usr/bin/env python3
"""Hearth's sockets and executions: what they cost, how quick they are, and PocketBase's stream where it can do the same.

    python3 benches/live/run.py                      # about six minutes; tables in Markdown come out
    python3 benches/live/run.py --only idle killed   # some of it
    python3 benches/live/run.py --soak 10m           # everything at once for ten minutes: is memory flat?

Needs Linux, cargo, 20,000 open files and PyPI once; everything it makes is under target/compare and target/live.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(os.path.dirname(HERE), "compare"))

import scenes  # noqa: E402
from binaries import ROOT, add_options, hearth_binary, pocketbase_binary, say, version  # noqa: E402
from parties import EVERYBODY, Live, Log, Peer, Records  # noqa: E402
from soak import soak  # noqa: E402

OURS = os.path.join(ROOT, "target", "live")
SCENES = ("idle", "records", "log", "catch_up", "cut", "unseen", "killed", "executions")


def main():
    options = arguments()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    shutil.rmtree(OURS, ignore_errors=True)
    os.makedirs(OURS)
    hearth, load = hearth_binary(options), load_binary(options)
    if options.soak:
        server = Live(hearth, folder("soak"))
        try:
            return report_soak(soak(load, ready(server), options.soak))
        finally:
            server.stop()
    pocketbase = None if options.alone else pocketbase_binary(options)
    servers = [Live(hearth, folder("hearth"))] + ([Peer(pocketbase, folder("pocketbase"))] if pocketbase else [])
    print(f"| figure | goal | Hearth | PocketBase {version(pocketbase) if pocketbase else ''} |\n|---|---|---|---|")
    try:
        for name in options.only or SCENES:
            say(name)
            globals()[f"show_{name}"](load, servers, options)
    finally:
        for server in servers:
            server.stop()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--load", help="the built clients; without it cargo builds them")
    parser.add_argument("--only", choices=SCENES, nargs="+", help="just these")
    parser.add_argument("--sockets", type=int, default=10_000, help="that are idle; half of them are cut [10000]")
    parser.add_argument("--alone", action="store_true", help="without PocketBase")
    parser.add_argument("--soak", type=seconds, help="so long, as 10m or 90s, instead of all else")
    return parser.parse_args()


def seconds(text):
    return int(text[:-1]) * {"s": 1, "m": 60}[text[-1]]


def load_binary(options):
    if options.load:
        return os.path.abspath(options.load)
    say("building the clients")
    # Cargo builds the library for it with the tests' hooks; the binary that is measured stays as it is.
    subprocess.run(["cargo", "build", "--release", "--example", "live"], cwd=ROOT, check=True)
    return os.path.join(ROOT, "target", "release", "examples", "live")


def folder(name):
    return os.path.join(OURS, name)


def ready(server):
    """Running, with everybody's account."""
    if not server.process:
        server.start()
    if not server.users:
        say(f"making {len(EVERYBODY)} users of {server.NAME}")
        server.make_users(EVERYBODY)
    return server


def afresh(server):
    """Started anew, so that memory holds nothing of what was before."""
    ready(server).stop()
    server.start()
    return server


def row(figure, goal, cells):
    print(f"| {figure} | {goal} | {' | '.join(cells)} |", flush=True)


def show_idle(load, servers, options):
    for figure, channel in ((f"KB a socket, {options.sockets:,} idle ones", ""), ("the same, each watching the records", None)):
        cells = []
        for server in servers:
            if channel == "" and isinstance(server, Peer):
                cells.append("–")
                continue
            seen = scenes.idle(load, afresh(server), options.sockets, channel)
            cells.append(f"{seen['each']:.1f} (opened in {seen['opened']:.1f} s, {seen['retries']} retries)")
        row(figure, "≤ 15", cells)


def fan(server, load, writer, channel, options):
    hearth = isinstance(server, Live)
    return scenes.fan_out(load, server, writer, channel, 500 if hearth else 50, 5, (10, 100) if hearth else (10,))


def show_fan(what, seen):
    def cell(name, text):
        return [text(one[name]) if name in one else "–" for one in seen]

    row(f"{what}, many at once: deliveries/s", "≥ 100,000", cell("burst", lambda one: f"{one['rate']:,.0f}"))
    for name in ("burst", 10, 100):
        label = "many at once" if name == "burst" else f"{name} events/s"
        row(f"{what}, {label}: CPU of a delivery, µs (without the system's)", "≤ 3", cell(name, lambda one: f"{one['cpu']:.1f} ({one['own']:.1f})"))
    for name in (10, 100):
        text = "p50 / p99 / max ms"
        row(f"{what}, {name} events/s: {text}", "p99 ≤ 100", cell(name, lambda one: f"{one['p50']:.1f} / {one['p99']:.1f} / {one['max']:.1f}"))
    broken = [[one[name]["misordered"] + one[name]["missing"] for name in one] for one in seen]
    row(f"{what}: out of order or missing", "0", [f"{sum(one):,}" for one in broken])


def show_records(load, servers, options):
    show_fan("records", [fan(ready(server), load, Records(server), None, options) for server in servers])


def show_log(load, servers, options):
    hearth = ready(servers[0])
    log = Log(hearth, "fan-out")
    show_fan("log", [fan(hearth, load, log, f"execution:{log.id}", options)])
    log.finish()


def show_catch_up(load, servers, options):
    seen = scenes.catch_up(load, ready(servers[0]), 10_000)
    for name, what in (("records", "changes"), ("running", "entries of a log")):
        row(f"catch up {seen[name]['heard']:,} {what}, ms", "≤ 250", [f"{seen[name]['took']:.0f}"])


def show_cut(load, servers, options):
    count = options.sockets // 2
    back = scenes.cut_and_back(load, ready(servers[0]), count, 20)
    row(f"{count:,} cut and back: all live after, s", "≤ 10", [f"{back['took']:.1f} ({back['retries']} retries)"])
    missed = back["missed"]
    row("of 20 changes meanwhile: missing, reset, out of order", "0", [f"{count * 20 - missed['heard']}, {missed['resets']}, {missed['misordered']}"])


def show_unseen(load, servers, options):
    size = {Live: (1_000, 5), Peer: (50, 2)}
    seen = [scenes.unseen(load, ready(server), *size[type(server)]) for server in servers]
    row("a write beside 1,000 who may not see it, by one alone: CPU", "≤ 1.2", [f"{one['cpu']:.2f}" for one in seen])
    row("the same: wait", "≤ 1.2", [f"{one['wait']:.2f} ({one['alone']['wait']:.2f} → {one['beside']['wait']:.2f} ms)" for one in seen])


def show_killed(load, servers, options):
    seen = scenes.killed(load, afresh(servers[0]))
    for number, one in enumerate(seen["rounds"], 1):
        row(f"1,000 killed ({number}): sockets after, s", "0", [f"{one['sockets']} → {one['left']}, {one['gone']:.2f}"])
    sizes = [f"{one['full']:.1f} → {one['after']:.1f}" for one in seen["rounds"]]
    row("memory with them → without, MiB", f"{seen['empty']:.1f} before", [", ".join(sizes)])


def show_executions(load, servers, options):
    hearth = ready(servers[0])
    seen = scenes.pairs(load, hearth, 6_000, 64)
    row("claim + finish by 64 workers, pairs/s", "≥ 3,000", [f"{seen['rate']:,.0f} ({seen['cpu']:.0f} µs of CPU each)"])
    seen = scenes.hand_out(load, hearth, 1_000, 16, 100)
    row("queued → claimed, 100 a second, 16 workers wait: p50 / p99 ms", "p99 ≤ 20", [f"{seen['p50']:.1f} / {seen['p99']:.1f}"])


def report_soak(seen):
    change = seen["last"] / seen["middle"] - 1
    print(f"\nmiddle third {seen['middle']:.1f} MiB, last third {seen['last']:.1f} MiB: {change:+.1%};", end=" ")
    print(f"ten seconds after the end {seen['quiet']:.1f} MiB, {seen['sockets']} sockets")


if __name__ == "__main__":
    main()
