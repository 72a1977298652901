# Raises from a callback inside native code, deep inside native code.
# expect: out_of_fuel
import scipy.optimize as o


def f(x):
    return o.minimize(f, [1.0]).fun


f([1.0])
