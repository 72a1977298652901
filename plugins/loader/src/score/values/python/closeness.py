"""numpy's `allclose` for plain data, without numpy: the same answers, and an exception where numpy raises one.

Nested lists and tuples are arrays: they must not be ragged, and are broadcast against each other.
"""

from math import isfinite, isnan, prod


def allclose(a, b, rtol, atol, equal_nan=False):
    """Whether |x - y| <= atol + rtol * |y| for every x of `a` and y of `b`; infinities are close to themselves."""
    a, b = Array(a), Array(b)
    # An array of integers beyond 64 bits is one of objects, for which nothing is finite; one by itself is a number.
    if b.is_object and b.shape or a.is_object and b.shape and not a.shape:
        raise TypeError("numpy cannot compare objects")
    return all(_close(x, y, rtol, atol, equal_nan) for x, y in zip(*_broadcast(a, b)))


def _close(x, y, rtol, atol, equal_nan):
    if x == y:
        return True
    if _is_finite(y):
        # An infinite or undefined x gives no number that is small enough.
        return abs(_number(x) - _number(y)) <= atol + rtol * abs(_number(y))
    return equal_nan and _is_nan(x) and _is_nan(y)


def _number(x):
    return x if type(x) is complex else float(x)


def _is_finite(x):
    return isfinite(x.real) and isfinite(x.imag) if type(x) is complex else isfinite(x)


def _is_nan(x):
    return isnan(x.real) or isnan(x.imag) if type(x) is complex else isnan(x)


class Array:
    """Numbers in the order of their indices, with the lengths of the dimensions."""

    def __init__(self, data):
        self.is_object = False
        self.numbers = []
        self.shape = self._add(data)

    def _add(self, data):
        kind = type(data)
        if kind is list or kind is tuple:
            shapes = [self._add(part) for part in data]
            if any(shape != shapes[0] for shape in shapes):
                raise ValueError("ragged")
            return (len(data), *(shapes[0] if shapes else ()))
        if kind not in (bool, int, float, complex):
            raise TypeError(f"numpy does not compute with {kind.__name__}")
        if kind is int and not -(2**63) <= data < 2**64:
            self.is_object = True
        self.numbers.append(data)
        return ()


def _broadcast(a, b):
    """The numbers of both, each as often as the other one's shape asks for."""
    if a.shape == b.shape:
        return a.numbers, b.numbers
    depth = max(len(a.shape), len(b.shape))
    long_a, long_b = ((1,) * (depth - len(x.shape)) + x.shape for x in (a, b))
    shape = []
    for m, n in zip(long_a, long_b):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not match")
        shape.append(n if m == 1 else m)
    return _stretched(a, long_a, shape), _stretched(b, long_b, shape)


def _stretched(array, own, shape):
    """The array's numbers in the order of the indices of `shape`."""
    indices, size = [0], 1
    for own_length, length in zip(own, shape):
        step = 0 if own_length == 1 else 1
        indices = [index * own_length + step * i for index in indices for i in range(length)]
        size *= length
    assert size == prod(shape) == len(indices)
    return [array.numbers[index] for index in indices]
