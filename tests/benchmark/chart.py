"""Draws a small bar chart for every line of the table, as SVG."""

from html import escape

COLUMNS = 3
PANEL_WIDTH = 420
BAR_HEIGHT = 18
NAME_WIDTH = 110
VALUE_WIDTH = 70
MARGIN = 16
COLORS = {"direct": "#b8b8b8", "haproxy": "#7a9cc6", "nginx": "#8fb996", "plug": "#d0674b"}


def color(name):
    return COLORS.get(name.split("-")[0], "#999999")


def text(x, y, words, extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" {extra}>{escape(words)}</text>\n'


def bar(x, y, scale, name, spread):
    middle, low, high = spread
    width = middle * scale
    centre = y + BAR_HEIGHT / 2 - 2
    left = x + NAME_WIDTH
    drawn = text(left - 6, y + 11, name, 'text-anchor="end"')
    drawn += (f'<rect x="{left}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT - 4}" '
              f'fill="{color(name)}"/>\n')
    drawn += (f'<line x1="{left + low * scale:.1f}" x2="{left + high * scale:.1f}" y1="{centre}" '
              f'y2="{centre}" stroke="#333333"/>\n')
    shown = f"{middle:,.0f}" if middle >= 1000 else f"{middle:.3g}"
    return drawn + text(left + high * scale + 5, y + 11, shown)


def panel(x, y, metric, spreads):
    better = "more" if metric.more_is_better else "less"
    drawn = text(x, y + 12, metric.title, 'font-weight="bold"')
    drawn += text(x, y + 26, f"{metric.unit}, {better} is better", 'fill="#666666"')
    top = max(spread[2] for spread in spreads.values()) or 1
    scale = (PANEL_WIDTH - NAME_WIDTH - VALUE_WIDTH) / top
    for index, (name, spread) in enumerate(spreads.items()):
        drawn += bar(x, y + 34 + index * BAR_HEIGHT, scale, name, spread)
    return drawn


def panels_of(results):
    for row in results.rows:
        for metric in row.metrics:
            names = [peer.name for peer in results.measured_peers()]
            spreads = {name: results.spread(metric.key, name) for name in names}
            spreads = {name: spread for name, spread in spreads.items() if spread}
            if spreads:
                yield metric, spreads


def draw(results):
    """The whole chart; the lines on the bars go from the lower to the upper quartile."""
    panels = list(panels_of(results))
    height = 34 + max((len(spreads) for _, spreads in panels), default=0) * BAR_HEIGHT + MARGIN
    whole_width = MARGIN + COLUMNS * (PANEL_WIDTH + MARGIN)
    whole_height = 40 + -(-len(panels) // COLUMNS) * height
    drawn = "".join(
        panel(MARGIN + index % COLUMNS * (PANEL_WIDTH + MARGIN), 40 + index // COLUMNS * height,
              metric, spreads)
        for index, (metric, spreads) in enumerate(panels)
    )
    facts = results.facts
    title = (f"{facts['date']}, {facts['machine']}, {facts['system']}, {facts['rounds']} rounds, "
             f"{facts['threads']} thread(s)")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole_width}" height="{whole_height}" '
        f'viewBox="0 0 {whole_width} {whole_height}" font-family="sans-serif" font-size="11">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n'
        + text(MARGIN, 22, title, 'font-size="13"') + drawn + "</svg>\n"
    )
