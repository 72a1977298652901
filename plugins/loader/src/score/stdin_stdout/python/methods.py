"""Answers a judge's calls of a solution's functions, or of the methods of its class `Solution`, of which there is one object.

It follows server.py in one file: the main program in the candidate's instance. Nothing here is trusted: the solution may replace all of it.
"""

import assay


class Attributes:
    """An object's attributes, as a dict has them."""

    def __init__(self, value):
        self.value = value

    def __getitem__(self, name):
        return getattr(self.value, name)


def serve(path):
    """Loads the solution at `path` and answers calls from then on. The strategy ends this file with such a call."""
    namespace = assay.load(path)
    with open(path, encoding="utf-8") as file:
        has_class = "class Solution" in file.read()
    assay.serve(Server(Attributes(namespace["Solution"]()) if has_class else namespace))
