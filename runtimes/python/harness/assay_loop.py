"""asyncio without sockets, in virtual time."""

import asyncio
from asyncio import base_events, unix_events

from assay_scheduler import DeadlockError, Wait, scheduler
from assay_suspend import waits
from assay_unsupported import Unsupported


class VirtualTimeLoop(base_events.BaseEventLoop):
    """An event loop that, when no task is ready, sleeps until its next timer is due or another thread wakes it.

    The loop that CPython has by default waits for a pair of sockets.
    """

    def __init__(self, selector=None):
        super().__init__()
        self._selector = self
        self._woken = False
        self._sleepers = []

    def select(self, timeout):
        """What the base class calls to wait; there is never an event."""
        try:
            scheduler.drive(self.waiting(timeout))
        except DeadlockError:
            if scheduler.alone():
                raise DeadlockError("deadlock: every task waits, and no timer is pending") from None
            raise
        return []

    def waiting(self, timeout):
        """A generator of waits for `timeout` seconds, None for ever, or until `_write_to_self`."""
        if not self._woken:
            if timeout == 0:
                if not scheduler.alone():
                    yield from scheduler.pause()
            else:
                yield Wait(self._sleepers, timeout)
        self._woken = False

    def idle_seconds(self):
        """How long there is nothing to do: None for ever, 0 when something is ready."""
        if self._ready or self._stopping:
            return 0
        due = next((handle for handle in sorted(self._scheduled) if not handle._cancelled), None)
        return None if due is None else max(0, due._when - self.time())

    def _write_to_self(self):
        self._woken = True
        while self._sleepers:
            scheduler.wake(self._sleepers.pop())

    def _process_events(self, event_list):
        pass

    async def subprocess_exec(self, *_arguments, **_options):
        raise Unsupported("subprocess")

    subprocess_shell = subprocess_exec

    async def _refuse_sockets(self, *_arguments, **_options):
        raise Unsupported("sockets")

    create_connection = create_server = create_unix_connection = create_unix_server = _refuse_sockets
    create_datagram_endpoint = getaddrinfo = getnameinfo = connect_accepted_socket = start_tls = _refuse_sockets
    sock_connect = sock_accept = sock_recv = sock_recv_into = sock_recvfrom = sock_recvfrom_into = _refuse_sockets
    sock_sendall = sock_sendto = sock_sendfile = sendfile = _refuse_sockets

    async def _refuse_pipes(self, *_arguments, **_options):
        raise Unsupported("asyncio pipes")

    connect_read_pipe = connect_write_pipe = _refuse_pipes

    def _refuse_descriptors(self, *_arguments, **_options):
        raise Unsupported("asyncio file descriptors")

    add_reader = remove_reader = add_writer = remove_writer = _refuse_descriptors

    def _refuse_signals(self, *_arguments, **_options):
        raise Unsupported("asyncio signal handlers")

    add_signal_handler = remove_signal_handler = _refuse_signals


@waits(base_events.BaseEventLoop.run_forever)
def _run_forever(self):
    try:
        self._run_forever_setup()
        while not self._stopping:
            yield from self.waiting(self.idle_seconds())
            self._run_once()
    finally:
        self._run_forever_cleanup()


@waits(base_events.BaseEventLoop.run_until_complete)
def _run_until_complete(self, future):
    self._check_closed()
    self._check_running()
    is_new = not asyncio.isfuture(future)
    future = asyncio.ensure_future(future, loop=self)
    if is_new:
        future._log_destroy_pending = False
    future.add_done_callback(base_events._run_until_complete_cb)
    try:
        yield from _run_forever(self)
    except BaseException:
        if is_new and future.done() and not future.cancelled():
            future.exception()
        raise
    finally:
        future.remove_done_callback(base_events._run_until_complete_cb)
    if not future.done():
        raise RuntimeError("Event loop stopped before Future completed.")
    return future.result()


@waits(asyncio.run)
def _run(main, *, debug=None, loop_factory=None):
    if asyncio._get_running_loop() is not None:
        raise RuntimeError("asyncio.run() cannot be called from a running event loop")
    with asyncio.Runner(debug=debug, loop_factory=loop_factory) as runner:
        return (yield from _runner_run(runner, main))


@waits(asyncio.Runner.run)
def _runner_run(self, coro, *, context=None):
    if asyncio._get_running_loop() is not None:
        raise RuntimeError("Runner.run() cannot be called from a running event loop")
    loop = self.get_loop()
    if not asyncio.iscoroutine(coro):
        coro = _await(coro)
    task = loop.create_task(coro, context=self._context if context is None else context)
    return (yield from _run_until_complete(loop, task))


async def _await(awaitable):
    return await awaitable


def _install():
    """Makes `VirtualTimeLoop` what every way to a new loop gives: the policy's factory is where they all meet."""
    unix_events._UnixDefaultEventLoopPolicy._loop_factory = VirtualTimeLoop
    unix_events.SelectorEventLoop = unix_events.EventLoop = VirtualTimeLoop
    asyncio.SelectorEventLoop = asyncio.EventLoop = VirtualTimeLoop


_install()
