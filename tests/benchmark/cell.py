"""One cell of the table: one proxy, started afresh, under one kind of work."""

import itertools
import os
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import accounting
from peers import Place

PORTS = itertools.cycle(range(20000, 22000, 4))


class Lost(Exception):
    """Something was lost or refused: the row has failed."""


@dataclass
class Bench:
    """What all cells share."""

    load_program: Path
    folder: Path
    threads: int
    load_cores: set
    proxy_cores: set
    account: object
    measure_ms: int
    warm_up_ms: int


def choose_cores(threads):
    """One core for the load, the last ones for the proxy; all for both if there are too few."""
    cores = sorted(os.sched_getaffinity(0))
    proxy = set(cores[-threads:])
    rest = [core for core in cores if core not in proxy]
    return ({rest[0]} if rest else set(cores)), proxy


def wait_for_listener(port, process):
    """Waits until somebody listens on the port, without connecting to it."""
    wanted = f":{port:04X}"
    for _ in range(500):
        with open("/proc/self/net/tcp", encoding="ascii") as table:
            next(table)
            for line in table:
                words = line.split()
                if words[3] != "0A":  # listeners come first
                    break
                if words[1].endswith(wanted):
                    return
        if process.poll() is not None:
            raise Lost(f"{process.args[0]} ended with code {process.returncode} while starting")
        time.sleep(0.01)
    raise Lost(f"{process.args[0]} does not listen")


class Running:
    """A program of ours that runs until the block ends."""

    def __init__(self, arguments, cores, log, account=None):
        self.account = account
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=lambda: self._prepare(cores),
            )

    def _prepare(self, cores):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        os.sched_setaffinity(0, cores)
        if self.account:
            self.account.enter()

    def processes(self):
        if not self.account:
            return [self.process.pid]
        return self.account.processes(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        accounting.end(self.process, self.processes())


class Proxy:
    """The proxy of a cell, and the ports in front of it and behind it."""

    def __init__(self, bench, peer):
        self.bench = bench
        self.peer = peer
        self.target = next(PORTS)
        self.listen = self.target if peer.command is None else self.target + 1
        self.running = None

    def __enter__(self):
        if self.peer.command is None:
            return self
        bench = self.bench
        place = Place(self.listen, self.target, bench.threads, bench.folder)
        arguments = self.peer.command(self.peer.program, place)
        log = bench.folder / f"{self.peer.name}.log"
        self.running = Running(arguments, bench.proxy_cores, log, bench.account)
        try:
            wait_for_listener(self.listen, self.running.process)
        except BaseException:
            self.running.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.running:
            self.running.__exit__()

    def cpu_files(self):
        return self.bench.account.cpu_files(self.running.process.pid) if self.running else []

    def memory_files(self):
        if not self.running:
            return []
        return [f"/proc/{number}/smaps_rollup" for number in self.running.processes()]


def command_output(bench, arguments, limit_s=90):
    """Runs a client on the load's core and returns what it printed."""
    process = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=lambda: os.sched_setaffinity(0, bench.load_cores),
    )
    try:
        output, errors = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        raise Lost(f"{arguments[0]} took longer than {limit_s} s") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise Lost((errors or output).strip() or f"{arguments[0]}: code {process.returncode}")
    return output
