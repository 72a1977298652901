"""Answers that are no right ones, made from a right one: a stub, and versions with one change each.

Reads `answer.py`, prints a JSON object: `stub`, the answer with functions that do nothing, and `mutants`, a list of pairs of a
change and the changed answer, at most as many as the argument on standard input says, spread over all changes there are.

The operators are those of mutation testing (relational, arithmetic and logical operator replacement, constant
replacement, negated conditions, statement deletion). Docstrings and messages of exceptions stay as they are.
"""

import ast
import copy
import json

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
REMOVABLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Continue, ast.Break, ast.If)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def main():
    most = int(input())
    with open("answer.py") as file:
        tree = ast.parse(file.read())
    print(json.dumps({"stub": stub(tree), "mutants": list(mutants(tree, most))}))


def stub(tree):
    """The answer with functions that return nothing; None where it has no function."""
    empty = copy.deepcopy(tree)
    functions = [node for node in ast.walk(empty) if isinstance(node, FUNCTIONS)]
    for function in functions:
        function.body = [ast.Return(ast.Constant(None))]
    return ast.unparse(ast.fix_missing_locations(empty)) if functions else None


def mutants(tree, most):
    places = list(walk(tree))
    changes = [(index, variant) for index, node in enumerate(places) for variant in variants(node)]
    original = ast.unparse(tree)
    for choice in range(min(most, len(changes))):
        index, variant = changes[choice * len(changes) // min(most, len(changes))]
        changed = copy.deepcopy(tree)
        replace(changed, list(walk(changed))[index], variant)
        text = ast.unparse(ast.fix_missing_locations(changed))
        if text != original:
            node = places[index]
            yield f"line {node.lineno}: `{one_line(node)}` -> `{one_line(variant)}`", text


def walk(node):
    """What is in the body of functions, in source order; neither docstrings nor what an exception says."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            for statement in child.body[ast.get_docstring(child) is not None :]:
                yield from below(statement)
        elif isinstance(child, ast.ClassDef):
            yield from walk(child)


def below(node):
    yield node
    if not isinstance(node, ast.Raise):
        for child in ast.iter_child_nodes(node):
            yield from below(child)


def variants(node):
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield with_field(node, "ops", [COMPARISONS[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in OPERATORS:
        yield with_field(node, "op", OPERATORS[type(node.op)]())
    if isinstance(node, ast.BoolOp):
        yield with_field(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield with_field(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int):
            yield ast.Constant(node.value + 1)
    if isinstance(node, ast.Break):
        yield ast.Continue()
    if isinstance(node, REMOVABLE):
        yield ast.Pass()


def with_field(node, name, value):
    changed = copy.copy(node)
    setattr(changed, name, value)
    return changed


def replace(tree, target, new):
    class Replacer(ast.NodeTransformer):
        def visit(self, node):
            return copy.deepcopy(new) if node is target else self.generic_visit(node)

    Replacer().visit(tree)


def one_line(node):
    """Its first line: that of a block has what decides on it."""
    return ast.unparse(node).split("\n")[0][:120]


if __name__ == "__main__":
    main()
