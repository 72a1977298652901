"""What the sandbox has no counterpart for fails in one recognisable way, and waiting takes virtual time."""

import asyncio
import os
import subprocess
import sys
import time
import _thread


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


def install():
    """Changes the standard library in place; called once, when the snapshot is made."""
    subprocess.Popen.__init__ = _refuse("subprocess")
    for name in ("fork", "forkpty", "system", "popen", "posix_spawn", "posix_spawnp", "execv", "execve", "kill"):
        setattr(os, name, _refuse(f"os.{name}"))
    refuse_thread = _refuse("threads")
    _thread.start_new_thread = _thread.start_new = _thread.start_joinable_thread = refuse_thread
    threading = sys.modules["threading"]
    threading._start_joinable_thread = refuse_thread
    import socket

    socket.socket.__init__ = _refuse("sockets")
    socket.create_connection = socket.create_server = socket.getaddrinfo = _refuse("sockets")
    socket.socketpair = _refuse("sockets")
    for name in ("SelectorEventLoop", "EventLoop", "_UnixSelectorEventLoop"):
        for module in (asyncio, sys.modules.get("asyncio.unix_events"), sys.modules.get("asyncio.selector_events")):
            if module is not None and hasattr(module, name):
                setattr(module, name, VirtualTimeLoop)
    asyncio.events.new_event_loop.__globals__["new_event_loop"] = VirtualTimeLoop
    asyncio.new_event_loop = asyncio.events.new_event_loop = VirtualTimeLoop
    asyncio.runners.events.new_event_loop = VirtualTimeLoop
