"""Stands in for `make`, `playcall` and `docker` while the documentation's examples run: heavy or endless ones are held to what can be held.

python example_commands.py COMMAND ARGUMENTS...
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = {"demo": ["--customers", "1000", "--months", "4", "--no-serve"], "simulate": ["--customers", "500", "--months", "5"]}


def real(command: str) -> str:
    """The command behind ours on the PATH."""
    here = str(Path(os.environ["EXAMPLES"]))
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != here)
    found = shutil.which(command, path=path)
    if found is None:
        sys.exit(f"{command} is not installed")
    return found


def serve(arguments: list[str]) -> int:
    """Starts it for good, on a free port, until it says that it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen([real("playcall"), "serve", *arguments, "--port", str(port)])
    try:
        for _ in range(1200):
            if started.poll() is not None:
                return started.returncode or 1
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                    return 0 if answer.status == 200 else 1
            except OSError:
                time.sleep(0.1)
        return 1
    finally:
        started.terminate()
        started.wait(timeout=20)


def bench(arguments: list[str]) -> int:
    """A benchmark takes minutes: its name must be one that can be run."""
    known = subprocess.run([real("playcall"), "bench", "list"], check=True, capture_output=True, text=True).stdout.split()
    return 0 if arguments[:1] in [["all"], ["list"]] or arguments[0] in known else 1


def main() -> int:
    command, *arguments = sys.argv[1:]
    if command == "make":
        return subprocess.call([real("make"), "-C", str(ROOT), "--dry-run", *arguments], stdout=subprocess.DEVNULL)
    if command == "docker":
        return 0 if (ROOT / "deploy" / "compose.yaml").exists() else 1
    verb = arguments[0] if arguments else ""
    if verb == "serve":
        return serve(arguments[1:])
    if verb == "bench":
        return bench(arguments[1:])
    return subprocess.call([real("playcall"), *arguments, *SMALL.get(verb, [])])


if __name__ == "__main__":
    sys.exit(main())
