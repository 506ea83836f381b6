"""Measures the proxies in turn, row by row; run it with tests/benchmark/run, which prepares it."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import report
from cell import Bench, Lost, Proxy, choose_cores
from peers import all_peers
from results import Results
from rows import all_rows


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(64, f"run: {message}; see run --help\n")


def parse(arguments):
    parser = Parser(prog="run", allow_abbrev=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", default="")
    parser.add_argument("--peers", default="")
    parser.add_argument("--program", type=Path)
    parser.add_argument("--measure-ms", type=int)
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"))
    parser.add_argument("--output", type=Path, default=Path("build/benchmark"))
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help=argparse.SUPPRESS)
    settings = parser.parse_args(arguments)
    if settings.rounds is None:
        settings.rounds = 12 if settings.quick else 24
    if settings.measure_ms is None:
        settings.measure_ms = 100 if settings.quick else 120
    if not 1 <= settings.rounds <= 1000 or not 1 <= settings.threads <= 64:
        parser.error("1 to 1000 rounds and 1 to 64 threads are possible")
    if not 20 <= settings.measure_ms <= 20000:
        parser.error("a slice takes 20 to 20000 ms")
    settings.chosen = bool(settings.rows or settings.peers)
    settings.peers = choose(parser, "peer", settings.peers,
                            all_peers(settings.build_dir, settings.program), lambda p: p.name)
    settings.rows = choose(parser, "row", settings.rows, all_rows(), lambda row: row.key)
    return settings


def choose(parser, what, wanted, all_of_them, name_of):
    """Those that were named, or all; an unknown name is wrong usage."""
    names = [name for name in wanted.split(",") if name]
    known = [name_of(one) for one in all_of_them]
    for name in names:
        if name not in known:
            parser.error(f"there is no {what} {name}, but {', '.join(known)}")
    return [one for one in all_of_them if not names or name_of(one) in names]


def turns(peers, number):
    """The peers in the order of this round: each begins with another one, and every second one goes
    the other way, so that nobody always comes after the same."""
    turn = number % len(peers)
    order = peers[turn:] + peers[:turn]
    return order[::-1] if number % 2 else order


class Progress:
    """One line for each row, with the time that is left, learned from the time that was needed."""

    def __init__(self, settings, plan):
        self.planned = [row.seconds * len(peers) * rounds_of(row, settings) for row, peers in plan]
        self.begin = time.monotonic()
        self.done = 0
        print(f"{len(plan)} rows, about {sum(self.planned) / 60:.0f} minutes", flush=True)

    def tell(self, row, medians):
        self.done += 1
        so_far = sum(self.planned[: self.done])
        pace = (time.monotonic() - self.begin) / so_far
        left = (sum(self.planned) - so_far) * pace
        print(f"[{self.done:2}/{len(self.planned)}] {row.key:17} {left / 60:4.1f} min left; "
              f"{medians}", flush=True)


def rounds_of(row, settings):
    return -(-settings.rounds // row.every)


def described(results, row, peers):
    """The medians of the row's last metric."""
    metric = row.metrics[-1]
    shown = [f"{peer.name} {results.median(metric.key, peer.name):.4g}" for peer in peers
             if results.median(metric.key, peer.name) is not None]
    return f"{metric.unit}: " + ", ".join(shown)


# What a proxy costs depends on where its memory and its sockets came to lie, for as long as it
# runs: so it is started afresh after so many rounds.
ROUNDS_OF_A_START = 5


class RowRun:
    """All proxies of a row are up at once and take turns in short slices, so that the slices of one
    round lie close together in time. A proxy that waits for its turn costs nothing."""

    def __init__(self, bench, row, results):
        self.bench = bench
        self.row = row
        self.results = results
        self.open = {}

    def measure(self, peers, rounds):
        for first in range(0, rounds, ROUNDS_OF_A_START):
            self._measure_one_start(peers, range(first, min(first + ROUNDS_OF_A_START, rounds)))

    def _measure_one_start(self, peers, rounds):
        with ExitStack() as stack:
            for peer in peers:
                self._try(peer, rounds[0], lambda peer=peer: self._begin(stack, peer))
            for number in rounds:
                for part in self.row.parts:
                    for peer in turns(peers, number):
                        self._try(peer, number, lambda peer=peer, part=part:
                                  self.open[peer].slice(part))
            for peer in peers:
                self._try(peer, rounds[-1], lambda peer=peer: self.open[peer].finish())

    def _begin(self, stack, peer):
        proxy = stack.enter_context(Proxy(self.bench, peer))
        self.open[peer] = stack.enter_context(self.row.open(proxy))
        return self.open[peer].begun

    def _try(self, peer, number, step):
        """A peer that has lost something is left alone."""
        if self.results.failed(self.row.key, peer.name):
            return
        try:
            found = step()
        except (Lost, OSError) as error:
            self.results.add_failure(number, self.row, peer, str(error))
            print(f"round {number + 1}, {self.row.key}, {peer.name}: FAILED: {error}", flush=True)
            return
        if found:
            self.results.add(number, self.row, peer, self.row.values(peer, found), found)


def measure_all(settings, bench, peers):
    shortened = settings.quick and not settings.chosen
    plan = [(row, [peer for peer in peers if not shortened or peer.name in row.quick_peers])
            for row in settings.rows]
    plan = [(row, chosen) for row, chosen in plan if chosen]
    results = Results(settings, bench, peers)
    progress = Progress(settings, plan)
    for row, chosen in plan:
        RowRun(bench, row, results).measure(chosen, rounds_of(row, settings))
        progress.tell(row, described(results, row, chosen))
    results.finish()
    return results


def main():
    settings = parse(sys.argv[1:])
    if settings.check:
        return 0
    if settings.list:
        print("rows: ", ", ".join(row.key for row in settings.rows))
        print("peers:", ", ".join(f"{peer.name} ({peer.about})" for peer in settings.peers))
        return 0
    peers = [peer for peer in settings.peers if not peer.missing()]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    load_cores, proxy_cores = choose_cores(settings.threads)
    os.sched_setaffinity(0, load_cores)
    settings.output.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=settings.output))
    bench = Bench(settings.build_dir / "benchmark_load", folder, settings.threads, load_cores,
                  proxy_cores, settings.measure_ms)
    try:
        results = measure_all(settings, bench, peers)
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write(results, settings.output)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
