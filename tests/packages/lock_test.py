#!/usr/bin/env python3
"""installer/build-deps waits while somebody else holds apt's lock: tests/packages/lock_test.py, as root."""

import fcntl
import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOCK = "/var/lib/dpkg/lock-frontend"
HELD_FOR = 8.0
# One package seems to be missing, so that apt is asked for it and finds it there.
STUB = """#!/bin/sh
case "$*" in *ninja-build*) exit 1 ;; esac
exec /usr/bin/dpkg-query "$@"
"""


def main():
    build_deps = Path(__file__).resolve().parents[2] / "installer/build-deps"
    with tempfile.TemporaryDirectory() as folder, open(LOCK, "w", encoding="ascii") as lock:
        stub = Path(folder) / "dpkg-query"
        stub.write_text(STUB, encoding="ascii")
        stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
        fcntl.lockf(lock, fcntl.LOCK_EX)
        path = f"{folder}:{os.environ['PATH']}"
        install = subprocess.Popen([build_deps], env={**os.environ, "PATH": path},
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(HELD_FOR)
        ended_early = install.poll() is not None
        fcntl.lockf(lock, fcntl.LOCK_UN)
        output, _ = install.communicate(timeout=300)
    if ended_early or install.returncode != 0:
        sys.exit(f"build-deps did not wait for the lock ({install.returncode}):\n{output}")


if __name__ == "__main__":
    main()
