"""Lets libraries have the names and do the things that they had and did in the versions that the authors pin: Python 3.10,
numpy 1.21, scipy 1.7, pandas 2.0, matplotlib 3.7.

What is not in memory when the program starts is left alone: a program that uses one of these starts with all of them.
"""

import builtins
import functools
import io
import re
import sys
import unittest

# What they called offsets, and the names of today.
_OFFSETS = {
    "M": "ME", "BM": "BME", "Q": "QE", "BQ": "BQE", "A": "YE", "Y": "YE", "BA": "BYE", "BY": "BYE", "AS": "YS", "BAS": "BYS",
    "H": "h", "T": "min", "S": "s", "L": "ms", "U": "us", "N": "ns",
}  # fmt: skip


def _unittest():
    case = unittest.TestCase
    case.assertEquals, case.assertAlmostEquals = case.assertEqual, case.assertAlmostEqual

    def assert_dict_contains_subset(self, subset, dictionary, msg=None):
        self.assertEqual(dictionary, {**dictionary, **subset}, msg)

    case.assertDictContainsSubset = assert_dict_contains_subset


def _pandas(pandas):
    pandas.DataFrame.applymap = pandas.DataFrame.map
    # Texts are objects.
    pandas.options.future.infer_string = False

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

    read_json = pandas.read_json

    @functools.wraps(read_json)
    def read_json_text(path_or_buf, *arguments, **options):
        if type(path_or_buf) is str and path_or_buf.lstrip()[:1] in ("{", "["):
            path_or_buf = io.StringIO(path_or_buf)
        return read_json(path_or_buf, *arguments, **options)

    pandas.read_json = read_json_text


def _numpy(numpy):
    for name in ("complex", "float", "int", "object", "str"):
        setattr(numpy, name, getattr(builtins, name))
    for name, today in {
        "Inf": "inf", "Infinity": "inf", "NaN": "nan", "alltrue": "all", "complex_": "complex128", "cumproduct": "cumprod",
        "float_": "float64", "in1d": "isin", "infty": "inf", "product": "prod", "row_stack": "vstack", "sometrue": "any",
        "string_": "bytes_", "trapz": "trapezoid", "unicode_": "str_",
    }.items():  # fmt: skip
        setattr(numpy, name, getattr(numpy, today))

    where = numpy.where

    @functools.wraps(where)
    def where_of_a_number(condition, *choices):
        return where(condition if choices else numpy.atleast_1d(condition), *choices)

    numpy.where = where_of_a_number


def _with_labels(boxplot):
    @functools.wraps(boxplot)
    def boxplot_with_labels(*arguments, labels=None, **options):
        return boxplot(*arguments, **({} if labels is None else {"tick_labels": labels}), **options)

    return boxplot_with_labels


def _matplotlib(matplotlib):
    from matplotlib import cm, pyplot, style

    cm.get_cmap = pyplot.get_cmap
    for place in (matplotlib.axes.Axes, pyplot):
        place.boxplot = _with_labels(place.boxplot)
    for name in list(style.library):
        if name.startswith("seaborn-v0_8"):
            style.library["seaborn" + name.removeprefix("seaborn-v0_8")] = style.library[name]


def _scipy(stats):
    import numpy
    from scipy import integrate

    integrate.simps, integrate.trapz, integrate.cumtrapz = (
        integrate.simpson, integrate.trapezoid, integrate.cumulative_trapezoid
    )  # fmt: skip
    mode = stats.mode

    @functools.wraps(mode)
    def mode_that_keeps_its_axis(a, axis=0, nan_policy="propagate", **options):
        values = numpy.asarray(a)
        if not values.size:
            return type(mode([0]))(numpy.array([]), numpy.array([]))
        if values.dtype.kind not in "OSU" or values.ndim != 1:
            return mode(a, axis, nan_policy, **{"keepdims": True, **options})
        found, counts = numpy.unique(values, return_counts=True)
        most = counts.argmax(keepdims=True)
        return type(mode([0]))(found[most], counts[most])

    stats.mode = mode_that_keeps_its_axis


_unittest()
for _name, _restore in (
    ("numpy", _numpy),
    ("pandas", _pandas),
    ("scipy.stats", _scipy),
    ("matplotlib", _matplotlib),
):
    if _name in sys.modules:
        _restore(sys.modules[_name])
