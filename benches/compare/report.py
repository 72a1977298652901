"""What was found, as text or Markdown."""

BAR_CELLS = 40
EIGHTHS = " ▏▎▍▌▋▊▉"


def text(document):
    parts = [plain_table(*speed_table(document)), bars(document["contenders"])] if document["contenders"] else []
    if document["verdicts"]:
        parts.append(plain_table(*verdict_table(document["verdicts"])))
    return "\n\n".join(parts)


def markdown(document):
    machine = document["machine"]
    where = f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}"
    parts = [
        f"{document['assay']}, {where}, {document['rounds']} measured rounds, load {machine['load']:.2f} at first."
    ]
    if document["contenders"]:
        parts.append(markdown_table(*speed_table(document)))
    if document["verdicts"]:
        parts.append(markdown_table(*verdict_table(document["verdicts"])))
    return "\n\n".join(parts)


def speed_table(document):
    """(titles, rows of cells)"""
    references = [ratio["to"] for ratio in document["contenders"][0]["ratios"]]
    titles = ["", "samples", "executed", "samples/s", "ms a sample", "CPU ms a sample"]
    titles += [f"× {name}" for name in references]
    return titles, [speed_row(row) for row in document["contenders"]]


def speed_row(row):
    cells = [row["name"], f"{row['samples']:,}", f"{row['executed']:,}", rounded(row["samples_per_second"]["median"])]
    cells += [rounded(row["milliseconds_per_sample"]), rounded(row["processor_milliseconds_per_sample"])]
    return cells + [
        "1" if ratio["to"] == row["name"] else " ".join((rounded(ratio["median"]), interval(ratio)))
        for ratio in row["ratios"]
    ]


def interval(ratio):
    return f"[{rounded(ratio['least'])}, {rounded(ratio['most'])}]"


def rounded(value):
    """Three digits, or all before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict_table(rows):
    """(titles, rows of cells)"""
    titles = ["samples", "other judge", "number", "passed, Assay", "passed, other", "same verdict", "other verdict"]
    return titles, [
        [row["samples"], row["judge"], *(str(row[key]) for key in ("count", "passed_assay", "passed_judge", "agree"))]
        + [", ".join(f"{d['task_id']}[{d['sample_index']}]" for d in row["differing"]) or "none"]
        for row in rows
    ]


def plain_table(titles, rows):
    widths = [max(map(len, column)) for column in zip(titles, *rows)]
    numeric = [is_numeric(column) for column in zip(*rows)]
    return "\n".join(
        "  ".join(cell.rjust(w) if n else cell.ljust(w) for cell, w, n in zip(line, widths, numeric)).rstrip()
        for line in [titles, *rows]
    )


def markdown_table(titles, rows):
    rule = ["---:" if is_numeric(column) else "---" for column in zip(*rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [titles, rule, *rows])


def is_numeric(column):
    return all(cell[:1].isdigit() for cell in column)


def bars(rows):
    """Samples a second, to scale."""
    rates = [row["samples_per_second"]["median"] for row in rows]
    width = max(len(row["name"]) for row in rows)
    lines = [f"{row['name']:{width}}  {bar(rate / max(rates))} {rounded(rate)}" for row, rate in zip(rows, rates)]
    return "\n".join(["samples/s", *lines])


def bar(share):
    full, rest = divmod(max(1, round(share * BAR_CELLS * 8)), 8)
    return "█" * full + EIGHTHS[rest].strip()
