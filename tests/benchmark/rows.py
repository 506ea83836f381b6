"""The work that every proxy gets, and the numbers that the table shows of it."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Callable

import programs
import resting_ports
from cell import Load


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
    """One kind of work. `open(proxy)` is a context manager that gives an object with `begun`, the
    numbers that are found once, slice(part) -> numbers, and finish(). Both raise Lost."""

    key: str
    open: Callable
    metrics: list = field(default_factory=list)
    parts: tuple = ("all",)  # the slices of one round
    every: int = 1  # a slice in each so many rounds only, because it takes long
    seconds: float = 0.2  # what one round takes for one peer, to tell the time that is left
    quick_peers: tuple = ()  # measured in the quick form; none: not part of it

    def values(self, peer, found):
        """{metric key: value} of what was found."""
        return {
            metric.key: found[metric.name] * metric.factor
            for metric in self.metrics
            if metric.name in found and (peer.command is not None or not metric.of_proxy)
        }


WARM_UP_MS = 40


def load(*work, longer=1):
    """The load generator; slices may have to be longer where a single turn takes long."""

    @contextmanager
    def opened(proxy):
        measure_ms = proxy.bench.measure_ms * longer
        work_on_it = Load(proxy, work, measure_ms, WARM_UP_MS * longer)
        try:
            yield work_on_it
        finally:
            work_on_it.close()

    return opened


class OneByOne:
    """A real program, begun afresh for each slice."""

    def __init__(self, measure, proxy):
        self.begun = {}
        self.measure = measure
        self.proxy = proxy

    def slice(self, _part):
        return self.measure(self.proxy.bench, self.proxy)

    def finish(self):
        pass


def program(measure):
    @contextmanager
    def opened(proxy):
        yield OneByOne(measure, proxy)

    return opened


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


TWO_WRITES = "first answer in two writes, the second delayed by Nagle's algorithm; 1 at once"

TWO_WRITES_ROW = Row(
    "two-writes",
    load("connect", "--connections", "1", "--pieces", "2", longer=2),
    [
        rate("two-writes.rate", TWO_WRITES, "connections/s", "connections_per_s"),
        cpu("two-writes.cpu", TWO_WRITES + ": each"),
    ],
    quick_peers=DEFAULTS,
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
    load("sessions", "--connections", "8000", "--active", "64", longer=2),
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
    parts=("idle", "some", "all"),
    every=2,
    seconds=1.2,
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
    every=3,
    seconds=0.5,
    quick_peers=DEFAULTS,
)

RESTING_PORTS = Row(
    "resting-ports",
    program(resting_ports.measure),
    [
        cpu("resting-ports.none", "connect over veth, no port in TIME_WAIT: each", "cpu_at_none"),
        cpu("resting-ports.many", "connect over veth, 25,000 ports in TIME_WAIT: each",
            "cpu_at_many"),
        Metric("resting-ports.time", "connect over veth, 25,000 ports in TIME_WAIT, p50", "µs",
               "time_at_many", 1e6),
    ],
    every=8,
    seconds=12,
)

PROGRAM = {"every": 8, "seconds": 1.3}


def program_row(key, measure, title, unit, what):
    return Row(
        key,
        program(measure),
        [rate(f"{key}.rate", title, unit, "rate"), cpu(f"{key}.cpu", f"{title}: each {what}")],
        **PROGRAM,
    )


def all_rows():
    gigabyte = Metric("iperf3.cpu", "iperf3, 4 streams", "s CPU per GB", "cpu_s_per_unit")
    return [
        *bulk_rows(),
        connect_row(64),
        connect_row(1000),
        TWO_WRITES_ROW,
        trip_row("64 B", "64", 1, (*SPIN, "haproxy-tuned")),
        trip_row("64 B", "64", 64, TUNED),
        trip_row("16 KiB", "16384", 16),
        SESSIONS,
        HALF_CLOSE,
        RESTING_PORTS,
        Row("iperf3", program(programs.iperf3),
            [rate("iperf3.rate", "iperf3, 4 streams", "Gbit/s", "rate"), gigabyte], **PROGRAM),
        program_row("wrk-keepalive", programs.wrk_keepalive, "wrk to nginx, keepalive",
                    "requests/s", "request"),
        program_row("wrk-close", programs.wrk_close, "wrk to nginx, close", "requests/s",
                    "request"),
        program_row("redis", programs.redis, "redis-benchmark, set and get", "requests/s",
                    "request"),
        Row("sockperf", program(programs.sockperf),
            [Metric("sockperf.p50", "sockperf ping-pong, p50", "µs", "p50_us", of_proxy=False)],
            every=8, seconds=2.3),
    ]
