"""What the sandbox has no counterpart for fails in one recognisable way."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys

# What programs asked for and did not get, in that order; not what modules only try out when they are imported.
refused = []
_frame = sys._getframe


class Unsupported(OSError, RuntimeError):
    """Raised where a program asks for a service that the runtime lacks.

    Derives from what CPython raises where a platform lacks the same service, so that programs that handle the
    lack go on handling it.
    """

    def __init__(self, what):
        super().__init__(f"{what} is not available in this sandbox")
        self.what = what
        if not _importing():
            refused.append(what)


def _importing():
    """Whether a module is being imported."""
    frame = _frame(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def refuse(what):
    """A function that stands for a service that the runtime lacks."""

    def fail(*_arguments, **_options):
        raise Unsupported(what)

    return fail


_PROCESS_SERVICES = (
    "fork", "forkpty", "system", "popen", "pipe", "posix_spawn", "posix_spawnp", "execv", "execve", "kill", "killpg"
)  # fmt: skip
_MULTIPROCESSING = (
    "Manager", "Pipe", "Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier", "Queue",
    "JoinableQueue", "SimpleQueue", "Pool", "Value", "Array",
)  # fmt: skip


def _install():
    """Changes the standard library in place."""
    subprocess.Popen.__init__ = refuse("subprocess")
    for name in _PROCESS_SERVICES:
        setattr(os, name, refuse(f"os.{name}"))
    for name in ("alarm", "setitimer", "pause"):
        setattr(signal, name, refuse(f"signal.{name}"))

    multiprocessing.process.BaseProcess.start = refuse("multiprocessing")
    for name in _MULTIPROCESSING:
        setattr(multiprocessing.context.BaseContext, name, refuse("multiprocessing"))
        setattr(multiprocessing, name, refuse("multiprocessing"))

    socket.socket.__init__ = refuse("sockets")
    socket.create_connection = socket.create_server = socket.getaddrinfo = refuse("sockets")
    socket.socketpair = refuse("sockets")


_install()
