"""Small wrong versions of a right function, one change each."""

import ast
import copy
import sys
from pathlib import Path

# What `assay suite check` makes its mutants with.
sys.path.append(str(Path(__file__).parents[3] / "host" / "src" / "check"))

import impostors  # noqa: E402


def mutants(source):
    """Pairs of a change, with its line in `task.py`, and the mutated source.

    Docstrings and the messages of exceptions stay as they are.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    body = tree.body[-1].body[1:]
    places = [node for statement in body for node in impostors.below(statement)]
    for index, node in enumerate(places):
        for variant in variants(node):
            changed = copy.deepcopy(tree)
            target = [n for s in changed.body[-1].body[1:] for n in impostors.below(s)][index]
            impostors.replace(changed, target, variant)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text not in seen:
                seen.add(text)
                # Sources have a line with the difficulty above the code.
                yield f"{node.lineno + 1}: `{one_line(node)}` -> `{one_line(variant)}`", text


def variants(node):
    yield from impostors.variants(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield ast.Constant(node.value + "?")


def one_line(node):
    return ast.unparse(node).replace("\n", "; ").replace("    ", "")
