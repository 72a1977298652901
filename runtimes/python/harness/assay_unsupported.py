"""How the sandbox says that it lacks something."""


class Unsupported(OSError, RuntimeError):
    """Raised where a program asks for a service that the runtime lacks.

    Derives from what CPython raises where a platform lacks the same service, so that programs that handle the
    lack go on handling it.
    """

    def __init__(self, what):
        super().__init__(f"{what} is not available in this sandbox")
        self.what = what


# What ended threads for lack of it: why the rest of the program may have failed, though it never saw the exception.
ended_threads = []


def refuse(what):
    """A function that takes anything and raises `Unsupported(what)`."""

    def refused(*_arguments, **_options):
        raise Unsupported(what)

    return refused
