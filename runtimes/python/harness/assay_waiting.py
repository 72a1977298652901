"""What waits in the library by other means than locks: on the scheduler too, in virtual time."""

import asyncio
import queue
import threading
import time
from asyncio import base_events, unix_events
from multiprocessing import pool

import assay_scheduler as scheduler
from assay_services import refuse


class VirtualTimeLoop(base_events.BaseEventLoop):
    """An event loop that, when no task is ready, waits until its next timer is due or another thread wakes it.

    The loop that CPython has by default waits for a pair of sockets.
    """

    def __init__(self, selector=None):
        super().__init__()
        self._selector = self
        self._woken = False
        self._sleepers = []

    def select(self, timeout):
        """What the base class calls to wait; there is never an event."""
        if not self._woken:
            if timeout == 0:
                scheduler.pause()
            elif timeout is not None and scheduler.count() == 0:
                time.sleep(timeout)
            else:
                scheduler.wait(self._sleepers, timeout)
        self._woken = False
        return ()

    def _write_to_self(self):
        self._woken = True
        while self._sleepers:
            scheduler.wake(self._sleepers.pop())

    def _process_events(self, event_list):
        pass

    async def subprocess_exec(self, *_arguments, **_options):
        _refuse_subprocess()

    subprocess_shell = subprocess_exec

    async def _no_sockets(self, *_arguments, **_options):
        _refuse_sockets()

    create_connection = create_server = create_unix_connection = create_unix_server = _no_sockets
    create_datagram_endpoint = getaddrinfo = getnameinfo = connect_accepted_socket = start_tls = _no_sockets
    sock_connect = sock_accept = sock_recv = sock_recv_into = sock_recvfrom = sock_recvfrom_into = _no_sockets
    sock_sendall = sock_sendto = sock_sendfile = sendfile = _no_sockets

    async def _no_pipes(self, *_arguments, **_options):
        _refuse_pipes()

    connect_read_pipe = connect_write_pipe = _no_pipes
    add_reader = remove_reader = add_writer = remove_writer = refuse("asyncio file descriptors")
    add_signal_handler = remove_signal_handler = refuse("asyncio signal handlers")


_refuse_subprocess = refuse("subprocess")
_refuse_sockets = refuse("sockets")
_refuse_pipes = refuse("asyncio pipes")


def _is_set(self):
    """Return true if and only if the internal flag is true."""
    if not self._flag:
        scheduler.glance()
    return self._flag


class _PoolContext:
    """What a pool of threads needs of `multiprocessing`: how its keeper learns that there is something to do."""

    _reader = None

    def __init__(self):
        self._told = False
        self._sleepers = []

    def SimpleQueue(self):
        """The keeper's queue."""
        return self

    def put(self, _message):
        """Tells the keeper."""
        self._told = True
        while self._sleepers:
            scheduler.wake(self._sleepers.pop())

    def wait(self, timeout):
        """What the keeper does while there is nothing to do."""
        if not self._told:
            scheduler.wait(self._sleepers, timeout)
        self._told = False


def _wait_for_updates(_sentinels, context, timeout=None):
    context.wait(timeout)


def _init_thread_pool(self, processes=None, initializer=None, initargs=()):
    pool.Pool.__init__(self, processes, initializer, initargs, None, _PoolContext())


def _install():
    # The policy's factory is where all ways to a new loop meet.
    unix_events._UnixDefaultEventLoopPolicy._loop_factory = VirtualTimeLoop
    unix_events.SelectorEventLoop = unix_events.EventLoop = VirtualTimeLoop
    asyncio.SelectorEventLoop = asyncio.EventLoop = VirtualTimeLoop
    queue.SimpleQueue = queue._PySimpleQueue
    threading.Event.is_set = _is_set
    pool.ThreadPool.__init__ = _init_thread_pool
    pool.Pool._wait_for_updates = staticmethod(_wait_for_updates)  # the keeper of either kind asks this class


_install()
