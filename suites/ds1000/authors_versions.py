"""Lets libraries have the names and do the things that they had and did in the versions that the authors pin: pandas 1.5,
numpy 1.26, scipy 1.12.

What is not in memory when the program starts is left alone: a program that uses one of these starts with all of them.
"""

import functools
import os
import re
import sys

# What they called offsets, and the names of today.
_OFFSETS = {
    "M": "ME", "BM": "BME", "Q": "QE", "BQ": "BQE", "A": "YE", "Y": "YE", "BA": "BYE", "BY": "BYE", "AS": "YS", "BAS": "BYS",
    "H": "h", "T": "min", "S": "s", "L": "ms", "U": "us", "N": "ns",
}  # fmt: skip


def _by_place(method, *names):
    """`method`, which takes the arguments `names`, its first ones, by place too."""

    @functools.wraps(method)
    def by_place_or_name(self, *arguments, **options):
        return method(self, **dict(zip(names, arguments)), **options)

    return by_place_or_name


def _pandas(pandas):
    frame = pandas.DataFrame
    # Texts are objects.
    pandas.options.future.infer_string = False
    frame.applymap = frame.map
    frame.drop = _by_place(frame.drop, "labels", "axis", "index", "columns", "level", "inplace", "errors")
    texts = pandas.core.strings.accessor.StringMethods
    texts.split = _by_place(texts.split, "pat", "n", "expand")
    texts.rsplit = _by_place(texts.rsplit, "pat", "n", "expand")

    def append(self, other, ignore_index=False, verify_integrity=False, sort=False):
        others = other if isinstance(other, (list, tuple)) else [other]
        others = [frame([one]) if isinstance(one, (dict, pandas.Series)) else one for one in others]
        return pandas.concat([self, *others], ignore_index=ignore_index, verify_integrity=verify_integrity, sort=sort)

    frame.append = append

    set_axis, read_csv = frame.set_axis, pandas.read_csv

    @functools.wraps(set_axis)
    def set_axis_of_a_copy(self, labels, axis=0, inplace=False, **options):
        if inplace:
            setattr(self, "columns" if axis in (1, "columns") else "index", labels)
            return None
        return set_axis(self, labels, axis=axis, **options)

    @functools.wraps(read_csv)
    def read_csv_between_spaces(*arguments, delim_whitespace=False, **options):
        return read_csv(*arguments, **({"sep": r"\s+"} if delim_whitespace else {}), **options)

    frame.set_axis, pandas.read_csv = set_axis_of_a_copy, read_csv_between_spaces
    _offsets()


def _offsets():
    from pandas.tseries.frequencies import to_offset

    @functools.wraps(to_offset)
    def to_offset_of_any_name(freq, is_period=False):
        if type(freq) is str and not is_period and (parts := re.fullmatch(r"([-\d. ]*)([A-Z]+)(-[A-Z]+)?", freq)):
            count, name, anchor = parts.groups("")
            freq = count + _OFFSETS.get(name, name) + anchor
        return to_offset(freq, is_period)

    for name, module in list(sys.modules.items()):
        if name.startswith("pandas.") and getattr(module, "to_offset", None) is to_offset:
            module.to_offset = to_offset_of_any_name


def _numpy(numpy):
    for name, today in {
        "Inf": "inf", "Infinity": "inf", "NAN": "nan", "NaN": "nan", "alltrue": "all", "cumproduct": "cumprod", "float_": "float64",
        "in1d": "isin", "infty": "inf", "product": "prod", "row_stack": "vstack", "sometrue": "any", "trapz": "trapezoid",
    }.items():  # fmt: skip
        setattr(numpy, name, getattr(numpy, today))


def _scipy_sparse(sparse):
    for kind in (sparse.spmatrix, sparse.sparray):
        kind.A = property(lambda self: self.toarray())


def _scipy_integrate(integrate):
    integrate.simps, integrate.trapz = integrate.simpson, integrate.trapezoid


# Data sets of libraries are kept where programs can write, once they have been fetched.
os.environ |= {"XDG_CACHE_HOME": "/tmp", "SCIKIT_LEARN_DATA": "/tmp"}
for _name, _restore in (
    ("numpy", _numpy),
    ("pandas", _pandas),
    ("scipy.integrate", _scipy_integrate),
    ("scipy.sparse", _scipy_sparse),
):
    if _name in sys.modules:
        _restore(sys.modules[_name])
