"""Lets matplotlib find its data, which it seeks beside its own file: in the sandbox that lies in an archive."""

import os
import sys
from importlib.machinery import PathFinder

# Beside the directory in which the host places the data.
_FILE = "/usr/local/share/matplotlib/__init__.pyc"


class _PlottingFinder:
    """Finds matplotlib as if it were where its data is."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "matplotlib":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.origin = _FILE
            # There is no screen to look for, and no home to keep a cache in.
            os.environ.setdefault("MPLBACKEND", "agg")
            os.environ.setdefault("MPLCONFIGDIR", "/tmp/.matplotlib")
        return spec


sys.meta_path.insert(sys.meta_path.index(PathFinder), _PlottingFinder)
