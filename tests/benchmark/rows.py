"""The work that every proxy gets, and the numbers that the table shows of it."""

import json
from dataclasses import dataclass, field
from typing import Callable

import programs
from cell import Proxy, command_output


@dataclass(frozen=True)
class Metric:
    """One line of the table: the value `name` of the work, multiplied so that it has this unit."""

    key: str
    title: str
    unit: str
    name: str
    factor: float = 1.0
    more_is_better: bool = False
    of_proxy: bool = True  # nothing to tell without a proxy


@dataclass(frozen=True)
class Row:
    """One kind of work. `measure(bench, proxy)` returns named numbers or raises Lost."""

    key: str
    measure: Callable
    metrics: list = field(default_factory=list)
    seconds: float = 0.7  # beside the measurements
    measurements: int = 1
    quick_peers: tuple = ()  # measured in the quick form; none: not part of it


def load(*work):
    def measure(bench, proxy):
        arguments = [
            str(bench.load_program), *work, "--listen", str(proxy.target),
            "--connect", str(proxy.listen), "--warm-up", str(bench.warm_up_ms),
            "--measure", str(bench.measure_ms),
        ]
        for file in proxy.cpu_files():
            arguments += ["--cpu", file]
        for file in proxy.memory_files():
            arguments += ["--memory", file]
        return json.loads(command_output(bench, arguments))

    return measure


def rate(key, title, unit, name):
    return Metric(key, title, unit, name, more_is_better=True, of_proxy=False)


def cpu(key, title, name="cpu_s_per_unit"):
    return Metric(key, title, "µs CPU", name, 1e6)


TUNED = ("haproxy-default", "haproxy-tuned", "nginx-default", "nginx-tuned", "plug")
DEFAULTS = ("haproxy-default", "nginx-default", "plug")
SPIN = (*DEFAULTS, "plug-spin")


def bulk_rows():
    for streams in (1, 8):
        for direction in ("to-target", "to-client"):
            key = f"bulk-{streams}-{direction}"
            title = f"bulk, {streams} stream{'s' * (streams > 1)} {direction.replace('-', ' ')}"
            yield Row(
                key,
                load("bulk", "--connections", str(streams), "--direction", direction),
                [
                    rate(f"{key}.rate", title, "Gbit/s", "gbit_per_s"),
                    Metric(f"{key}.cpu", title, "s CPU per GB", "cpu_s_per_unit"),
                ],
                quick_peers=TUNED if streams == 8 and direction == "to-client" else (),
            )


def connect_row(concurrency):
    key = f"connect-{concurrency}"
    title = f"connect, 64 B each way, close; {concurrency} at once"
    return Row(
        key,
        load("connect", "--connections", str(concurrency)),
        [
            rate(f"{key}.rate", title, "connections/s", "connections_per_s"),
            cpu(f"{key}.cpu", title + ": each"),
        ],
        quick_peers=TUNED if concurrency == 64 else (),
    )


def trip_row(size, name, count, quick_peers=()):
    key = f"trips-{name}-{count}"
    title = f"round trips of {size}, {count} connection{'s' * (count > 1)}"
    latency = Metric(f"{key}.p50", title + ", p50", "µs", "p50_us", of_proxy=False)
    return Row(
        key,
        load("trips", "--connections", str(count), "--message", name),
        [
            latency if count == 1 else rate(f"{key}.rate", title, "trips/s", "trips_per_s"),
            cpu(f"{key}.cpu", title + ": each"),
        ],
        quick_peers=quick_peers,
    )


SESSIONS = Row(
    "sessions",
    load("sessions", "--connections", "8000", "--active", "64"),
    [
        Metric("sessions.memory", "8000 idle sessions: user memory of one", "bytes",
               "bytes_per_session"),
        Metric("sessions.idle", "8000 idle sessions: CPU", "%", "idle_cpu_percent"),
        rate("sessions.some-rate", "64 active, the others idle", "trips/s", "some_trips_per_s"),
        cpu("sessions.some-cpu", "64 active, the others idle: a round trip",
            "some_cpu_s_per_unit"),
        rate("sessions.all-rate", "8000 active", "trips/s", "all_trips_per_s"),
        cpu("sessions.all-cpu", "8000 active: a round trip", "all_cpu_s_per_unit"),
    ],
    seconds=5,
    measurements=3,
    quick_peers=SPIN,
)

HALF_CLOSE = Row(
    "half-close",
    load("half-close", "--connections", "2000"),
    [
        rate("half-close.through", "half-close of 2000 sessions: came through", "sessions",
             "came_through"),
        cpu("half-close.cpu", "half-close of 2000 sessions: each"),
    ],
    seconds=1.0,
    measurements=0,
    quick_peers=DEFAULTS,
)


def program_row(key, measure, title, unit, what):
    return Row(
        key,
        measure,
        [rate(f"{key}.rate", title, unit, "rate"), cpu(f"{key}.cpu", f"{title}: each {what}")],
        seconds=1.0,
    )


def all_rows():
    gigabyte = Metric("iperf3.cpu", "iperf3, 4 streams", "s CPU per GB", "cpu_s_per_unit")
    return [
        *bulk_rows(),
        connect_row(64),
        connect_row(1000),
        trip_row("64 B", "64", 1, (*SPIN, "haproxy-tuned")),
        trip_row("64 B", "64", 64, TUNED),
        trip_row("16 KiB", "16384", 16),
        SESSIONS,
        HALF_CLOSE,
        Row("iperf3", programs.iperf3,
            [rate("iperf3.rate", "iperf3, 4 streams", "Gbit/s", "rate"), gigabyte], seconds=1.0),
        program_row("wrk-keepalive", programs.wrk_keepalive, "wrk to nginx, keepalive",
                    "requests/s", "request"),
        program_row("wrk-close", programs.wrk_close, "wrk to nginx, close", "requests/s",
                    "request"),
        program_row("redis", programs.redis, "redis-benchmark, set and get", "requests/s",
                    "request"),
        Row("sockperf", programs.sockperf,
            [Metric("sockperf.p50", "sockperf ping-pong, p50", "µs", "p50_us", of_proxy=False)],
            seconds=2.0),
    ]


def run_cell(bench, row, peer):
    """Measures one proxy under one kind of work: {metric key: value}; raises Lost."""
    with Proxy(bench, peer) as proxy:
        found = row.measure(bench, proxy)
    values = {
        metric.key: found[metric.name] * metric.factor
        for metric in row.metrics
        if peer.command is not None or not metric.of_proxy
    }
    busy = {name: value for name, value in found.items() if name.endswith("busy_percent")}
    return values, busy
