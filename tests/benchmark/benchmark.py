"""Measures the proxies in turn, round by round; run it with tests/benchmark/run, which prepares it."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import accounting
import report
from cell import Bench, Lost, choose_cores
from peers import all_peers
from results import Results
from rows import all_rows, run_cell


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
        settings.rounds = 3 if settings.quick else 5
    if settings.measure_ms is None:
        settings.measure_ms = 500 if settings.quick else 1200
    if not 1 <= settings.rounds <= 100 or not 1 <= settings.threads <= 64:
        parser.error("1 to 100 rounds and 1 to 64 threads are possible")
    if not 100 <= settings.measure_ms <= 60000:
        parser.error("a measurement takes 100 to 60000 ms")
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


def plan(settings, peers):
    """Every cell in its order: round by round, the proxies of a row one after the other, each round
    beginning with another proxy."""
    shortened = settings.quick and not settings.chosen
    for number in range(settings.rounds):
        for row in settings.rows:
            chosen = [peer for peer in peers if not shortened or peer.name in row.quick_peers]
            turn = number % len(chosen) if chosen else 0
            for peer in chosen[turn:] + chosen[:turn]:
                yield number, row, peer


class Progress:
    """One line for each cell, with the time that is left, learned from the time that was needed."""

    def __init__(self, cells, measure_ms):
        self.planned = [row.seconds + row.measurements * measure_ms / 1000 for _, row, _ in cells]
        self.begin = time.monotonic()
        self.done = 0
        print(f"{len(cells)} measurements, about {sum(self.planned) / 60:.0f} minutes", flush=True)

    def tell(self, number, row, peer, text):
        self.done += 1
        so_far = sum(self.planned[: self.done])
        pace = (time.monotonic() - self.begin) / so_far
        left = (sum(self.planned) - so_far) * pace
        print(f"[{self.done:3}/{len(self.planned)}] round {number + 1} {row.key:17} "
              f"{peer.name:16} {text}; {left / 60:.1f} min left", flush=True)


def describe(row, values):
    shown = [f"{values[m.key]:.4g} {m.unit}" for m in row.metrics if m.key in values]
    return ", ".join(shown[:2])


def measure_all(settings, bench, peers):
    cells = list(plan(settings, peers))
    results = Results(settings, bench, peers)
    progress = Progress(cells, settings.measure_ms)
    for number, row, peer in cells:
        try:
            values, busy = run_cell(bench, row, peer)
            results.add(number, row, peer, values, busy)
            text = describe(row, values)
        except Lost as error:
            results.add_failure(number, row, peer, str(error))
            text = f"FAILED: {error}"
        progress.tell(number, row, peer, text)
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
    account = accounting.open_accounting()
    bench = Bench(settings.build_dir / "benchmark_load", folder, settings.threads, load_cores,
                  proxy_cores, account, settings.measure_ms, min(200, settings.measure_ms // 2))
    try:
        results = measure_all(settings, bench, peers)
    except KeyboardInterrupt:
        return 130
    finally:
        account.close()
        shutil.rmtree(folder, ignore_errors=True)
    report.write(results, settings.output)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
