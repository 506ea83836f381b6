"""Everything that was measured, and the medians, spreads and ratios of it."""

import csv
import json
import os
import platform
import statistics
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

import accounting
from peers import version_of


def processor():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def system():
    for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return platform.system()


def others_busy_percent():
    """What the machine does while the benchmark does nothing, in percent of all cores."""
    def ticks():
        with open("/proc/stat", encoding="ascii") as file:
            numbers = [int(word) for word in file.readline().split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]  # all, and idle or waiting for a disk

    before = ticks()
    time.sleep(0.5)
    after = ticks()
    return 100 - 100 * (after[1] - before[1]) / max(1, after[0] - before[0])


def commit():
    done = subprocess.run(["git", "-C", str(Path(__file__).parent), "describe", "--always",
                           "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def quartiles(numbers):
    """(median, lower and upper quartile), or nothing if there is no number."""
    ordered = sorted(numbers)
    if len(ordered) < 2:
        return (ordered[0],) * 3 if ordered else None
    low, middle, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return middle, low, high


class Results:
    def __init__(self, settings, bench, peers):
        self.settings = settings
        self.rows = settings.rows
        self.peers = peers
        self.skipped = {p.name: p.missing() for p in settings.peers if p.missing()}
        self.failures = []  # (round, row key, peer name, what was lost)
        self.values = {}  # (metric key, peer name) -> {round: value}
        self.raw = []
        self.facts = {
            "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "machine": f"{processor()}, {os.cpu_count()} cores",
            "system": f"{system()}, Linux {platform.release()}",
            "source": commit(),
            "versions": [version_of(p) for p in sorted({p.program for p in peers if p.program})],
            "rounds": settings.rounds,
            "threads": settings.threads,
            "measure_ms": settings.measure_ms,
            "proxy_cores": sorted(bench.proxy_cores),
            "load_cores": sorted(bench.load_cores),
            "accounting": accounting.SOURCE,
            "others_busy_percent": others_busy_percent(),
        }

    def add(self, number, row, peer, values, found):
        for key, value in values.items():
            self.values.setdefault((key, peer.name), {})[number] = value
            self.raw.append((number, row.key, peer.name, key, value))
        for key, value in found.items():
            if key.endswith("busy_percent"):
                self.raw.append((number, row.key, peer.name, f"{row.key}.{key}", value))

    def add_failure(self, number, row, peer, text):
        self.failures.append((number, row.key, peer.name, text))

    def failed(self, row_key, peer_name):
        return any((row_key, peer_name) == failure[1:3] for failure in self.failures)

    def spread(self, metric_key, peer_name):
        """(median, lower and upper quartile), or nothing if there is no value."""
        return quartiles(self.values.get((metric_key, peer_name), {}).values())

    def median(self, metric_key, peer_name):
        found = self.spread(metric_key, peer_name)
        return found[0] if found else None

    def ratio(self, metric_key, peer_name, other_name):
        """(median, lower and upper quartile of the ratios within one round), or nothing. A machine
        is slower at some times than at others; within a round both were measured within about a
        second."""
        mine = self.values.get((metric_key, peer_name), {})
        other = self.values.get((metric_key, other_name), {})
        return quartiles(mine[n] / other[n] for n in mine if other.get(n))

    def best(self, metric, names):
        """The name of the peer with the best median of these, or nothing."""
        known = [name for name in names if self.median(metric.key, name) is not None]
        choose = max if metric.more_is_better else min
        return choose(known, key=lambda name: self.median(metric.key, name), default=None)

    def measured_peers(self):
        """Those that have a place in the table of this run."""
        seen = {name for _, name in self.values} | {failure[2] for failure in self.failures}
        return [peer for peer in self.peers if peer.name in seen]

    def finish(self):
        self.facts["others_busy_percent"] = max(self.facts["others_busy_percent"],
                                                others_busy_percent())

    def write_raw(self, folder):
        with open(folder / "benchmark.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["round", "row", "peer", "metric", "value"])
            writer.writerows(self.raw)
        summary = {
            "facts": self.facts, "skipped": self.skipped, "failures": self.failures,
            "medians": {f"{metric} {peer}": self.spread(metric, peer)
                        for metric, peer in self.values},
        }
        text = json.dumps(summary, indent=1)
        (folder / "benchmark.json").write_text(text, encoding="utf-8")
