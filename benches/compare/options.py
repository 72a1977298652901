"""What the scripts of this folder are told and refuse alike."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUIET_LOAD = 0.5


def parser_for(description, others):
    """A parser with the options of all scripts; `others` are judged fewer samples, by (default, who they are)."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=os.environ.get("ASSAY_DATA"), metavar="DIR")
    parser.add_argument("--assay", type=Path, default=ROOT / "target/release/assay", metavar="FILE")
    parser.add_argument("--samples", type=positive, default=20, metavar="N", help="samples of each task [default: 20]")
    count, who = others
    parser.add_argument(
        "--slow-samples", type=positive, default=count, metavar="N", help=f"the same for {who} [default: {count}]"
    )
    parser.add_argument("--rounds", type=positive, default=3, metavar="N", help="measured rounds [default: 3]")
    parser.add_argument("--busy", action="store_true", help="measure on a busy machine too")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="show what --output wrote earlier")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write everything as JSON")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    return parser


def checked(parser, data):
    """The arguments, whose directory has the file `data` unless earlier results are shown; paths are absolute."""
    arguments = parser.parse_args()
    if arguments.source:
        return arguments
    if arguments.data_dir is None or not (Path(arguments.data_dir) / data).is_file():
        parser.error(f"--data-dir or ASSAY_DATA must name a directory with {data}")
    if not arguments.assay.is_file():
        parser.error(f"{arguments.assay} is missing: run `cargo build --release`, or name it with --assay")
    for name in ("data_dir", "assay"):
        setattr(arguments, name, Path(getattr(arguments, name)).absolute())
    return arguments


def load_of_quiet_machine(anyway):
    """The machine's load; ends the script where it is too high to measure, unless that is to be done `anyway`."""
    load = os.getloadavg()[0]
    if load > QUIET_LOAD and not anyway:
        sys.exit(f"error: the machine is busy (load {load:.2f}); wait, or measure anyway with --busy")
    return load


def positive(text):
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def printable(text):
    return "".join(letter if letter.isprintable() else " " for letter in text)
