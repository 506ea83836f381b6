"""A proxy, what works on it and what it costs."""

import itertools
import json
import os
import resource
import selectors
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
    measure_ms: int


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

    def __init__(self, arguments, cores, log):
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=lambda: prepare(cores),
            )

    def processes(self):
        return accounting.family(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        accounting.end(self.process, self.processes())


def prepare(cores):
    """Called in a new process before it becomes the program."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, cores)


class Proxy:
    """A proxy, and the ports in front of it and behind it."""

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
        folder = bench.folder / self.peer.name
        folder.mkdir(exist_ok=True)
        place = Place(self.listen, self.target, bench.threads, folder)
        arguments = self.peer.command(self.peer.program, place)
        self.running = Running(arguments, bench.proxy_cores, folder / "output")
        try:
            wait_for_listener(self.listen, self.running.process)
            self._wait_for_workers()
        except BaseException:
            self.running.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.running:
            self.running.__exit__()

    def _wait_for_workers(self):
        wanted = 1 + self.bench.threads * self.peer.has_workers
        for _ in range(500):
            if len(self.running.processes()) >= wanted:
                return
            time.sleep(0.01)
        raise Lost(f"{self.peer.name} does not have its {self.bench.threads} workers")

    def processes(self):
        return self.running.processes() if self.running else []


class Load:
    """The load generator on one proxy, which works in slices and rests between them."""

    PATIENCE_S = 70

    def __init__(self, proxy, work, measure_ms, warm_up_ms):
        bench = proxy.bench
        arguments = [
            str(bench.load_program), *work, "--listen", str(proxy.target),
            "--connect", str(proxy.listen), "--warm-up", str(warm_up_ms),
            "--measure", str(measure_ms),
        ]
        for process in proxy.processes():
            arguments += ["--cpu", str(process), "--memory", f"/proc/{process}/smaps_rollup"]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, preexec_fn=lambda: prepare(bench.load_cores),
        )
        try:
            self.begun = self._answer()
        except BaseException:
            self.close()
            raise

    def slice(self, part):
        """One slice: {name: number}."""
        try:
            self.process.stdin.write(part + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # its last words tell why
        return self._answer()

    def finish(self):
        """Closes everything; raises Lost if not all of it came through."""
        self.process.stdin.close()
        self._answer()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def _answer(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(self.PATIENCE_S):
                raise Lost(f"the load generator took longer than {self.PATIENCE_S} s")
        line = self.process.stdout.readline()
        if not line:
            raise Lost(self.process.stderr.read().strip() or "the load generator has ended")
        return json.loads(line)


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
