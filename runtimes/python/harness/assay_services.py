"""What the sandbox has no counterpart for fails in one recognisable way."""

import multiprocessing
import multiprocessing.context
import multiprocessing.dummy
import multiprocessing.pool
import multiprocessing.process
import os
import signal
import socket
import subprocess
from concurrent.futures import process

import assay_loop  # noqa: F401: it changes asyncio
import assay_pools
import assay_waits  # noqa: F401: it changes what waits
from assay_unsupported import Unsupported, ended_threads, refuse

__all__ = ["Unsupported", "lack_of_a_thread"]

_PROCESS_SERVICES = (
    "fork", "forkpty", "system", "popen", "pipe", "posix_spawn", "posix_spawnp", "kill", "killpg", "wait", "waitpid",
    "execv", "execve", "execl", "execle", "execlp", "execlpe", "execvp", "execvpe",
    "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe",
)  # fmt: skip
# Other services of the system that this platform's `os` does without.
_SYSTEM_SERVICES = (
    "getuid", "getgid", "getgroups", "getlogin", "getppid", "getpgid", "getpgrp", "setpgid", "setsid", "setuid",
    "setgid", "nice", "getpriority", "setpriority", "mkfifo", "mknod", "chroot", "openpty", "chown", "lchown",
)  # fmt: skip
_MULTIPROCESSING = (
    "Manager", "Pipe", "Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier", "Queue",
    "JoinableQueue", "SimpleQueue", "Pool", "Value", "Array", "RawValue", "RawArray",
)  # fmt: skip
_SOCKETS = (
    "create_connection", "create_server", "getaddrinfo", "getnameinfo", "socketpair", "fromfd", "gethostbyname",
    "gethostbyname_ex", "gethostbyaddr",
)  # fmt: skip


def lack_of_a_thread():
    """What a thread ended for lack of, else None: the reason why the rest of the program may have failed."""
    return ended_threads[0] if ended_threads else None


def _install():
    """Changes the standard library in place."""
    subprocess.Popen.__init__ = refuse("subprocess")
    lacking = [name for name in _SYSTEM_SERVICES if not hasattr(os, name)]
    for name in (*_PROCESS_SERVICES, *lacking):
        setattr(os, name, refuse(f"os.{name}"))
    for name in ("alarm", "setitimer", "pause"):
        setattr(signal, name, refuse(f"signal.{name}"))
    _install_multiprocessing()
    socket.socket.__init__ = refuse("sockets")
    for name in _SOCKETS:
        setattr(socket, name, refuse("sockets"))


def _install_multiprocessing():
    multiprocessing.process.BaseProcess.start = refuse("multiprocessing")
    process.ProcessPoolExecutor.__init__ = refuse("multiprocessing")
    for name in _MULTIPROCESSING:
        setattr(multiprocessing.context.BaseContext, name, refuse("multiprocessing"))
        setattr(multiprocessing, name, refuse("multiprocessing"))
    multiprocessing.pool.ThreadPool = assay_pools.make(multiprocessing.pool)


_install()
