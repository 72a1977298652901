# Throws exceptions of C++ by the hundred thousand, whose heap nothing collects.
# expect: out_of_fuel
import kiwisolver

solver, constraint = kiwisolver.Solver(), kiwisolver.Variable("x") >= 1
remove = solver.removeConstraint
while True:
    try:
        remove(constraint)
    except kiwisolver.UnknownConstraint:
        pass
