"""Samples a second of each contender as an SVG: a dot with its value, and a line over the rounds' range."""

import math
from xml.sax.saxutils import escape

from report import rounded

WIDTH, MARGIN, ROW, TOP, BOTTOM = 760, 16, 30, 44, 34
LETTER = 8
VALUE = 56

# Without a background of its own, in a grey and a blue that can be read on light and dark pages: which one it is on is
# not for the picture to know, as a page need not follow the system's preference.
STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #6e7681; }
.title { font-weight: 600; }
.tick { font-size: 11px; }
.grid { stroke: #8b949e; stroke-opacity: 0.35; }
.minor { stroke-opacity: 0.14; }
.stem { stroke: #8b949e; stroke-opacity: 0.6; }
.dot { fill: #8b949e; } .range { stroke: #8b949e; stroke-width: 3; }
.ours .dot { fill: #2f81f7; } .ours .range { stroke: #2f81f7; }
"""


def svg(rows):
    """The picture's text."""
    rates = [row["samples_per_second"] for row in rows]
    axis = Axis(min(rate["least"] for rate in rates), max(rate["most"] for rate in rates), label_width(rows))
    height = TOP + ROW * len(rows) + BOTTOM
    title = "HumanEval samples judged per second, logarithmic scale"
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        f'<text class="title" x="{MARGIN}" y="22">{title}</text>',
        *grid(axis, height),
        *(mark(axis, row, TOP + ROW * (index + 0.5)) for index, row in enumerate(rows)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class Axis:
    """From samples a second to pixels."""

    def __init__(self, least, most, left):
        self.first, self.last = math.floor(math.log10(least)), math.log10(most * 1.15)
        self.left, self.right = left, WIDTH - MARGIN - VALUE

    def x(self, rate):
        share = (math.log10(rate) - self.first) / (self.last - self.first)
        return self.left + share * (self.right - self.left)

    def ticks(self):
        """(rate, whether it is a power of ten)"""
        for power in range(self.first, math.ceil(self.last)):
            yield from ((digit * 10**power, digit == 1) for digit in range(1, 10))
        yield 10 ** math.ceil(self.last), True


def label_width(rows):
    return MARGIN + LETTER * max(len(row["name"]) for row in rows)


def grid(axis, height):
    bottom = height - BOTTOM
    for rate, power in axis.ticks():
        x = axis.x(rate)
        if x > axis.right:
            continue
        kind = "grid" if power else "grid minor"
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>'
        if power:
            yield f'<text class="tick" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{rate:,}</text>'


def mark(axis, row, y):
    rate = row["samples_per_second"]
    x, least, most = (axis.x(rate[key]) for key in ("median", "least", "most"))
    kind = "ours" if row["name"].startswith("assay") else "theirs"
    return (
        f'<g class="{kind}"><text x="{MARGIN}" y="{y + 4.5}">{escape(row["name"])}</text>'
        f'<line class="stem" x1="{axis.left:.1f}" x2="{x:.1f}" y1="{y}" y2="{y}"/>'
        f'<line class="range" x1="{least:.1f}" x2="{most:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle class="dot" cx="{x:.1f}" cy="{y}" r="5"/>'
        f'<text x="{max(x, most) + 11:.1f}" y="{y + 4.5}">{rounded(rate["median"])}</text></g>'
    )
