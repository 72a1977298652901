"""Small wrong versions of a right function, one change each."""

import ast
import copy

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
REMOVABLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Continue, ast.Break, ast.If)


def mutants(source):
    """Pairs of a change, with its line in `task.py`, and the mutated source.

    Docstrings and the messages of exceptions stay as they are.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    body = tree.body[-1].body[1:]
    places = [node for statement in body for node in walk(statement)]
    for index, node in enumerate(places):
        for variant in variants(node):
            changed = copy.deepcopy(tree)
            target = [n for s in changed.body[-1].body[1:] for n in walk(s)][index]
            replace(changed, target, variant)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text not in seen:
                seen.add(text)
                # Sources have a line with the difficulty above the code.
                yield f"{node.lineno + 1}: `{one_line(node)}` -> `{one_line(variant)}`", text


def walk(node):
    """The node and what is below it in source order, but not the messages of exceptions."""
    yield node
    if isinstance(node, ast.Raise):
        return
    for child in ast.iter_child_nodes(node):
        yield from walk(child)


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
        elif isinstance(node.value, str):
            yield ast.Constant(node.value + "?")
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
    return ast.unparse(node).replace("\n", "; ").replace("    ", "")
