"""The bar that plug has to clear, and how far it is from it."""

from dataclasses import dataclass

TUNED = ("haproxy-tuned", "nginx-tuned")
# What a relay loop without anything else reaches: the limit of the machine.
BARE = {"plug": "bare", "plug-spin": "bare-spin"}


@dataclass(frozen=True)
class Demand:
    """plug's metric against each peer: at most these ratios, or at least, where more is better."""

    metric: str
    haproxy: float | None
    nginx: float | None
    tuned: float | None = None
    absolute: float | None = None  # at most, in the metric's unit
    peer: str = "plug"


def bulk(kind, *ratios, streams=(8,)):
    return [Demand(f"bulk-{count}-{way}.{kind}", *ratios)
            for count in streams for way in ("to-target", "to-client")]


DEMANDS = [
    *bulk("cpu", 0.35, 0.35, 0.85),
    *bulk("rate", 2.5, 2.5, 1.1, streams=(1, 8)),
    Demand("connect-64.cpu", 0.93, 0.92, 0.95),
    Demand("connect-1000.cpu", 0.93, 0.92, 0.95),
    Demand("trips-64-64.cpu", 0.89, 0.95, 0.97),
    Demand("trips-64-1.p50", 0.45, 0.6, peer="plug-spin"),
    Demand("sessions.idle", None, None, absolute=1.0, peer="plug-spin"),
    Demand("trips-64-1.p50", 1.0, 1.0),
    Demand("sessions.memory", 0.40, 0.14, absolute=1280.0),
    Demand("sessions.all-cpu", 0.95, 0.95),
]


@dataclass(frozen=True)
class Verdict:
    """One demand against one other: what was found, what is asked and by how much it falls short."""

    title: str
    against: str
    found: float
    lowest: float
    highest: float
    limit: float
    more_is_better: bool
    bare: float | None = None  # what the bare relay reached

    @property
    def short_percent(self):
        """0 if met."""
        gap = self.limit - self.found if self.more_is_better else self.found - self.limit
        return max(0.0, 100 * gap / self.limit)

    @property
    def asked(self):
        return f"{'>=' if self.more_is_better else '<='} {self.limit:g}"

    @property
    def outcome(self):
        return "met" if not self.short_percent else f"**short by {self.short_percent:.1f} %**"


def opponents(results, demand, metric):
    best = results.best(metric, TUNED)
    return [
        ("haproxy-default", demand.haproxy, "haproxy-default"),
        ("nginx-default", demand.nginx, "nginx-default"),
        (best, demand.tuned, f"best tuned ({best})"),
    ]


def judge(results):
    """A verdict for each demand that was measured."""
    metrics = {metric.key: metric for row in results.rows for metric in row.metrics}
    for demand in DEMANDS:
        metric = metrics.get(demand.metric)
        if metric is None or results.median(metric.key, demand.peer) is None:
            continue
        title = f"{metric.title} ({metric.unit}), {demand.peer}"
        for name, limit, against in opponents(results, demand, metric):
            found = limit and name and results.ratio(metric.key, demand.peer, name)
            if found:
                bare = results.ratio(metric.key, BARE[demand.peer], name)
                yield Verdict(title, against, *found, limit, metric.more_is_better,
                              bare and bare[0])
        if demand.absolute is not None:
            found = results.spread(metric.key, demand.peer)
            yield Verdict(title, "absolute", *found, demand.absolute, metric.more_is_better)
