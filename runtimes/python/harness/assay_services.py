"""What the sandbox has no counterpart for fails in one recognisable way, and waiting takes virtual time."""

import _thread
import asyncio
import multiprocessing
import os
import signal
import socket
import subprocess
import threading
import time


class Unsupported(OSError, RuntimeError):
    """Raised where a program asks for a service that the runtime lacks.

    Derives from what CPython raises where a platform lacks the same service, so that programs that handle the
    lack go on handling it.
    """

    def __init__(self, what):
        super().__init__(f"{what} is not available in this sandbox")
        self.what = what


def _refuse(what):
    def refuse(*_arguments, **_options):
        raise Unsupported(what)

    return refuse


class VirtualTimeLoop(asyncio.base_events.BaseEventLoop):
    """An event loop without sockets: when no task is ready it sleeps until the next timer is due.

    The default loop needs a socket pair to wake itself from other threads; here there are neither.
    """

    class _Selector:
        def select(self, timeout):
            if timeout is None:
                raise RuntimeError("deadlock: every task waits and no timer is pending")
            if timeout > 0:
                time.sleep(timeout)
            return []

    def __init__(self):
        super().__init__()
        self._selector = self._Selector()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    subprocess_exec = subprocess_shell = _refuse("subprocess")
    create_connection = create_server = create_datagram_endpoint = getaddrinfo = getnameinfo = _refuse("sockets")


def _wait(condition, timeout=None):
    """`threading.Condition.wait` where there is one thread, and so nobody who would notify."""
    if not condition._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    if timeout is None:
        raise RuntimeError("deadlock: the only thread waits")
    saved = condition._release_save()
    time.sleep(max(timeout, 0))
    condition._acquire_restore(saved)
    return False


_PROCESS_SERVICES = (
    "fork", "forkpty", "system", "popen", "pipe", "posix_spawn", "posix_spawnp", "execv", "execve", "kill", "killpg"
)  # fmt: skip
_MULTIPROCESSING = (
    "Manager", "Pipe", "Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier", "Queue",
    "JoinableQueue", "SimpleQueue", "Pool", "Value", "Array",
)  # fmt: skip


def _install():
    """Changes the standard library in place."""
    subprocess.Popen.__init__ = _refuse("subprocess")
    for name in _PROCESS_SERVICES:
        setattr(os, name, _refuse(f"os.{name}"))
    for name in ("alarm", "setitimer", "pause"):
        setattr(signal, name, _refuse(f"signal.{name}"))

    multiprocessing.process.BaseProcess.start = _refuse("multiprocessing")
    for name in _MULTIPROCESSING:
        setattr(multiprocessing.context.BaseContext, name, _refuse("multiprocessing"))
        setattr(multiprocessing, name, _refuse("multiprocessing"))

    refuse_thread = _refuse("threads")
    _thread.start_new_thread = _thread.start_new = _thread.start_joinable_thread = refuse_thread
    threading._start_joinable_thread = refuse_thread
    threading.Condition.wait = _wait

    socket.socket.__init__ = _refuse("sockets")
    socket.create_connection = socket.create_server = socket.getaddrinfo = _refuse("sockets")
    socket.socketpair = _refuse("sockets")

    for module in (asyncio, asyncio.unix_events, asyncio.selector_events):
        for name in ("SelectorEventLoop", "EventLoop", "_UnixSelectorEventLoop"):
            if hasattr(module, name):
                setattr(module, name, VirtualTimeLoop)
    asyncio.new_event_loop = asyncio.events.new_event_loop = VirtualTimeLoop


_install()
