"""What the sandbox has no counterpart for fails in one recognisable way."""

import hashlib
import hmac
import multiprocessing
import os
import shutil
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
# What this platform's module lacks; a name that tests replace must be there.
_NAME_SERVICES = (
    "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo", "getservbyname", "getservbyport",
    "getprotobyname", "if_nameindex",
)  # fmt: skip
_SOCKET_CONSTANTS = {
    "SOCK_RAW": 3, "SO_REUSEADDR": 2, "SO_BROADCAST": 6, "SO_SNDBUF": 7, "SO_RCVBUF": 8, "SO_KEEPALIVE": 9,
    "SO_REUSEPORT": 15,
}  # fmt: skip


def _pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
    """hashlib.pbkdf2_hmac, which CPython takes from OpenSSL alone (RFC 8018, section 5.2)."""
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    if dklen is None:
        dklen = hashlib.new(hash_name).digest_size
    if dklen < 1:
        raise ValueError("key length must be greater than 0.")
    password, salt = bytes(password), bytes(salt)
    key = b""
    while len(key) < dklen:
        counter = len(key) // hashlib.new(hash_name).digest_size + 1
        block = hmac.digest(password, salt + counter.to_bytes(4), hash_name)
        total = int.from_bytes(block)
        for _ in range(iterations - 1):
            block = hmac.digest(password, block, hash_name)
            total ^= int.from_bytes(block)
        key += total.to_bytes(len(block))
    return key[:dklen]


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
    for name in _NAME_SERVICES:
        setattr(socket, name, refuse("sockets"))
    vars(socket).update(_SOCKET_CONSTANTS)

    shutil.disk_usage = refuse("shutil.disk_usage")
    hashlib.pbkdf2_hmac = _pbkdf2_hmac


_install()
