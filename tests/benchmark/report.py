"""Writes the table as Markdown, the chart and the raw numbers."""

import bar
import chart

QUIET_PERCENT = 5  # of all cores: less work than that of others does no harm
COLUMNS_OF_RATIOS = ("haproxy-default", "nginx-default", "best tuned")


def short(value):
    """Three digits, without an exponent."""
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cell(results, row, metric, peer):
    if results.failed(row.key, peer.name):
        return "**FAILED**"
    found = results.spread(metric.key, peer.name)
    if not found:
        return "-"
    return f"{short(found[0])} ({short(found[1])}..{short(found[2])})"


def ratio(results, metric, name):
    if name == "best tuned":
        name = results.best(metric, bar.TUNED)
    found = name and results.ratio(metric.key, "plug", name)
    return f"{found[0]:.2f}" if found else "-"


def line(cells):
    return "| " + " | ".join(cells) + " |\n"


def table(results):
    heads = ["work", "unit", *(peer.name for peer in results.measured_peers()),
             *(f"plug : {name}" for name in COLUMNS_OF_RATIOS)]
    text = line(heads) + line(["---"] * 2 + ["---:"] * (len(heads) - 2))
    for row in results.rows:
        for metric in row.metrics:
            cells = [cell(results, row, metric, peer) for peer in results.measured_peers()]
            if all(one == "-" for one in cells):
                continue  # not part of this run
            ratios = [ratio(results, metric, name) for name in COLUMNS_OF_RATIOS]
            better = "more is better" if metric.more_is_better else "less is better"
            text += line([metric.title, f"{metric.unit}, {better}", *cells, *ratios])
    return text


def bar_table(results):
    verdicts = list(bar.judge(results))
    if not verdicts:
        return "Nothing that the bar asks for was measured.\n"
    text = line(["demand", "against", "found (ratios within one round: median, quartiles)", "asked",
                 "", "a bare relay"]) + line(["---"] * 6)
    for one in verdicts:
        found = f"{short(one.found)} ({short(one.lowest)}..{short(one.highest)})"
        text += line([one.title, one.against, found, one.asked, one.outcome,
                      "-" if one.bare is None else short(one.bare)])
    if results.facts["threads"] != 1:
        text = "The bar is meant for one thread; this run had more.\n\n" + text
    missed = sum(1 for one in verdicts if one.short_percent)
    return text + f"\n{len(verdicts) - missed} of {len(verdicts)} met.\n"


def preface(results):
    facts = results.facts
    cores = f"proxy on {facts['proxy_cores']}, load on {facts['load_cores']}"
    text = (
        f"Measured {facts['date']} on {facts['machine']}; {facts['system']}; source "
        f"{facts['source']}. {facts['rounds']} rounds with slices of {facts['measure_ms']} ms, all "
        f"proxies up and in turn, {facts['threads']} thread{'s' * (facts['threads'] > 1)}; cores: {cores}; loopback, cubic. "
        f"Cells: median (quartiles). CPU is the proxy's, children included, from "
        f"{facts['accounting']}.\n\n"
    )
    if facts["others_busy_percent"] > QUIET_PERCENT:
        text += (f"**The machine was busy with other work before or after this run "
                 f"({facts['others_busy_percent']:.0f} % of its cores): trust no small "
                 f"difference.**\n\n")
    for peer in results.measured_peers():
        text += f"- {peer.name}: {peer.about}\n"
    for name, reason in results.skipped.items():
        text += f"- {name}: **not measured**, {reason}\n"
    return text + "\n" + "".join(f"- {version}\n" for version in facts["versions"]) + "\n"


def failures(results):
    if not results.failures:
        return "\nNothing was lost.\n"
    text = "\nLost:\n\n"
    for number, row, peer, what in results.failures:
        text += f"- round {number + 1}, {row}, {peer}: {what}\n"
    return text


def write(results, folder):
    text = (
        "# Benchmark\n\n" + preface(results) + table(results) + failures(results)
        + "\n## The bar\n\n" + bar_table(results)
    )
    (folder / "benchmark.md").write_text(text, encoding="utf-8")
    (folder / "benchmark.svg").write_text(chart.draw(results), encoding="utf-8")
    results.write_raw(folder)
    print("\n" + text)
    print(f"Written: {folder}/benchmark.md, .svg, .csv and .json")
