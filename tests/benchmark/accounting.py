"""CPU and processes of the proxy that is being measured, its children included."""

import os
import signal
import subprocess
import time
from pathlib import Path

V1 = Path("/sys/fs/cgroup/cpuacct")
V2 = Path("/sys/fs/cgroup")


class Cgroup:
    """A control group holds a proxy: its CPU time is exact and includes children that have ended."""

    source = "its control group"

    def __init__(self):
        version2 = (V2 / "cgroup.controllers").exists()
        self.folder = (V2 if version2 else V1) / f"plug-benchmark-{os.getpid()}"
        self.folder.mkdir()
        self.usage = self.folder / ("cpu.stat" if version2 else "cpuacct.usage")
        if not self.usage.exists():
            self.folder.rmdir()
            raise OSError("the control group counts no CPU time")

    def enter(self):
        """Called in the new process before it becomes the proxy."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def processes(self, _main):
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]

    def cpu_files(self, _main):
        return [str(self.usage)]

    def close(self):
        try:
            self.folder.rmdir()
        except OSError:
            pass


class ProcessTree:
    """Where control groups cannot be written: every thread tells its CPU time in nanoseconds."""

    source = "/proc/PID/task/TID/schedstat"

    def enter(self):
        pass

    def processes(self, main):
        found = [main]
        for process in found:
            for children in Path(f"/proc/{process}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
        return found

    def cpu_files(self, main):
        return [
            str(file)
            for process in self.processes(main)
            for file in Path(f"/proc/{process}/task").glob("*/schedstat")
        ]

    def close(self):
        pass


def open_accounting():
    try:
        return Cgroup()
    except OSError:
        return ProcessTree()


def cpu_seconds(files):
    """What the CPU files hold together, in seconds."""
    total = 0.0
    for file in files:
        words = Path(file).read_text().split()
        total += float(words[1]) / 1e6 if words[0] == "usage_usec" else float(words[0]) / 1e9
    return total


def end(process, family):
    """Ends a process that was started here, and those of its family that outlive it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for _ in range(100):
        family = [number for number in family if Path(f"/proc/{number}").exists()]
        if not family:
            return
        time.sleep(0.01)
    for number in family:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            pass
