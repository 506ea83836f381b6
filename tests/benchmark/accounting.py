"""CPU and processes of the proxies that are being measured, their children included."""

import os
import signal
import subprocess
import time
from pathlib import Path

SOURCE = "the CPU clock of each of its processes"


def parents():
    """{process: its parent} of the whole system."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        found[int(folder.name)] = int(words[1])
    return found


def family(main):
    """A process and its descendants."""
    parent_of = parents()
    found = [main]
    for process in found:
        found += [child for child, parent in parent_of.items() if parent == process]
    return found


def cpu_seconds(processes):
    """CPU time of these so far, of all their threads: the clock of clock_getcpuclockid(3). It is
    exact at this moment; control groups and schedstat lag by up to a tick (4 ms) for a process that
    runs just now, which is too much for short slices."""
    return sum(time.clock_gettime_ns((~process << 3) | 2) for process in processes) / 1e9


def end(process, processes):
    """Ends a process that was started here, and those of its family that outlive it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for _ in range(100):
        processes = [number for number in processes if Path(f"/proc/{number}").exists()]
        if not processes:
            return
        time.sleep(0.01)
    for number in processes:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            pass
