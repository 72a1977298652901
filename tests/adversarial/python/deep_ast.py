# Builds a syntax tree deeper than the compiler goes.
# expect: exception RecursionError
import ast

place = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
node = ast.Constant(1, **place)
for _ in range(20_000):
    node = ast.UnaryOp(ast.USub(), node, **place)
compile(ast.Expression(node), "x", "eval")
