"""What `_thread` offers, for the scheduler's threads. Everything above it in the library is as it is.

This must be imported before anything that takes its locks from `_thread`.
"""

import _thread
import sys
import time
from _thread import TIMEOUT_MAX
from collections import deque
from types import SimpleNamespace

import assay_scheduler as scheduler
from assay_scheduler import here, ready, wait, wake

_now = time.monotonic_ns
_SMALLEST_STACK = 32768

# A waiter that has waited this long gets a lock when it is released; before, whoever comes first (CPython's PyMutex).
_FAIR_NANOS = 1_000_000

_HANDED_OVER = 2


def _seconds_to_wait(blocking, timeout):
    """How long to wait for a lock: None for ever, 0 not at all."""
    if not blocking:
        if timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        return 0
    if timeout == -1:
        return None
    if timeout < 0:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > TIMEOUT_MAX:
        raise OverflowError("timestamp out of range for platform time_t")
    return timeout


class _Mutex:
    """What both kinds of lock have in common: being locked, and a line of those who wait."""

    __slots__ = ("__weakref__", "_locked", "_waiters")

    def __new__(cls, *_arguments, **_options):
        self = object.__new__(cls)
        self._locked = False
        self._waiters = None
        return self

    def _line_up(self, seconds):
        """Waits for the lock; returns whether it was taken."""
        since = _now()
        deadline = None if seconds is None else since + int(seconds * 1_000_000_000)
        while self._locked:
            if self._waiters is None:
                self._waiters = deque()
            left = None if deadline is None else max(0, deadline - _now()) / 1_000_000_000
            outcome = wait(self._waiters, left, since)
            if outcome is _HANDED_OVER:
                return True
            if not outcome:
                return False
        self._locked = True
        return True

    def _give(self):
        if self._waiters:
            first = self._waiters.popleft()
            if _now() - first.since > _FAIR_NANOS:
                wake(first, _HANDED_OVER)
                return
            wake(first)
        self._locked = False

    def _at_fork_reinit(self):
        self._locked = False
        self._waiters = None

    def __reduce__(self):
        raise TypeError(f"cannot pickle '_thread.{type(self).__name__}' object")


class lock(_Mutex):
    """A lock object is a synchronization primitive: once a thread has taken it, others wait until it is released."""

    __slots__ = ()

    def acquire(self, blocking=True, timeout=-1):
        """Takes the lock, waiting for it if need be; returns whether it was taken."""
        if not self._locked and timeout == -1:
            self._locked = True
            if ready:
                self._let_others_run()
            return True
        seconds = _seconds_to_wait(blocking, timeout)
        if not self._locked:
            self._locked = True
            return True
        if seconds == 0:
            scheduler.glance()
            return False
        return self._line_up(seconds)

    def _let_others_run(self):
        # Whoever takes locks is among others; the lock itself must be free while they run.
        self._locked = False
        scheduler.lock_taken()
        if self._locked:
            self._line_up(None)
        else:
            self._locked = True

    def release(self):
        """Gives the lock back, whoever took it."""
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        if self._waiters:
            self._give()
        else:
            self._locked = False

    def locked(self):
        """Whether it is taken."""
        scheduler.glance()
        return self._locked

    __enter__ = acquire

    def __exit__(self, _kind, _error, _trace):
        # As `release`, without a call: locks are mostly used so.
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        if self._waiters:
            self._give()
        else:
            self._locked = False

    def __repr__(self):
        state = "locked" if self._locked else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


class RLock(_Mutex):
    """A lock that its owner may take again."""

    __slots__ = ("_count", "_owner")

    def __new__(cls, *_arguments, **_options):
        self = _Mutex.__new__(cls)
        self._owner = None
        self._count = 0
        return self

    def acquire(self, blocking=True, timeout=-1):
        """Takes the lock once more, waiting for it if another thread has it; returns whether it was taken."""
        me = here[0]
        seconds = None if blocking and timeout == -1 else _seconds_to_wait(blocking, timeout)
        if self._owner is me:
            self._count += 1
            return True
        if not self._locked:
            self._locked = True
        elif seconds == 0:
            scheduler.glance()
            return False
        elif not self._line_up(seconds):
            return False
        self._owner = me
        self._count = 1
        return True

    def release(self):
        """Undoes one `acquire` of this thread's."""
        if self._owner is not here[0]:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            if self._waiters:
                self._give()
            else:
                self._locked = False

    def locked(self):
        """Whether any thread has taken it."""
        scheduler.glance()
        return self._count > 0

    __enter__ = acquire

    def __exit__(self, _kind, _error, _trace):
        # As `release`, without a call.
        if self._owner is not here[0]:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            if self._waiters:
                self._give()
            else:
                self._locked = False

    def _is_owned(self):
        return self._owner is here[0]

    def _recursion_count(self):
        return self._count if self._is_owned() else 0

    def _release_save(self):
        if self._count == 0:
            raise RuntimeError("cannot release un-acquired lock")
        saved = (self._count, self._owner)
        self._count = 0
        self._owner = None
        self._give()
        return saved

    def _acquire_restore(self, saved):
        self._line_up(None)
        self._count, self._owner = saved

    def _at_fork_reinit(self):
        super()._at_fork_reinit()
        self._owner = None
        self._count = 0

    def __repr__(self):
        state = "locked" if self._count else "unlocked"
        owner = self._owner.ident if self._owner else 0
        return f"<{state} _thread.RLock object owner={owner} count={self._count} at {id(self):#x}>"


class _ThreadHandle:
    """What `threading.Thread` has of its thread."""

    __slots__ = ("__weakref__", "_strand", "ident")

    def __init__(self):
        self._strand = None
        self.ident = 0

    def _begin(self, function, daemon):
        if self._strand is not None:
            raise RuntimeError("thread already started")
        self._strand = scheduler.start(lambda: _call(function, (), {}), daemon)
        self.ident = self._strand.ident

    def is_done(self):
        """Whether the thread has ended."""
        if self._strand is None:
            return False
        if not self._strand.done:
            scheduler.glance()
        return self._strand.done

    def join(self, timeout=None):
        """Waits for the thread's end, at most `timeout` seconds; None or less than 0 is for ever."""
        if self._strand is None:
            raise RuntimeError("thread not started")
        if self._strand is here[0] and not self._strand.done:
            raise RuntimeError("Cannot join current thread")
        scheduler.join(self._strand, None if timeout is None or timeout < 0 else timeout)

    def _set_done(self):
        if self._strand is None:
            raise RuntimeError("thread not started")
        scheduler.end(self._strand)

    def __repr__(self):
        return f"<_ThreadHandle object: ident={self.ident}>"


def _make_thread_handle(ident):
    """A handle for a thread that runs: the current one, whichever `ident` says."""
    handle = _ThreadHandle()
    handle._strand = here[0]
    handle.ident = ident
    return handle


def _call(function, arguments, options):
    """Calls a new thread's function; what it raises ends the thread alone."""
    try:
        function(*arguments, **options)
    except SystemExit:
        pass
    except BaseException as error:
        report = SimpleNamespace(
            exc_type=type(error),
            exc_value=error,
            exc_traceback=error.__traceback__,
            err_msg=f"Exception ignored in thread started by {function!r}",
            object=None,
        )
        sys.unraisablehook(report)


def _start_joinable_thread(function, handle=None, daemon=True):
    if not callable(function):
        raise TypeError("thread function must be callable")
    if handle is None:
        handle = _ThreadHandle()
    elif type(handle) is not _ThreadHandle:
        raise TypeError("'handle' must be a _ThreadHandle")
    handle._begin(function, daemon)
    return handle


def _start_new_thread(function, args, kwargs=None, /):
    """Starts a thread that calls `function`; returns its identifier."""
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError("optional 3rd arg must be a dictionary")
    return scheduler.start(lambda: _call(function, args, kwargs or {}), True).ident


def _exit():
    """Ends the thread."""
    raise SystemExit


_stack_size = 0


def _set_stack_size(size=0, /):
    """Takes and returns a stack size as `threading.stack_size` does; every thread has the same stack here."""
    global _stack_size
    if size != 0 and size < _SMALLEST_STACK:
        raise ValueError(f"size not valid: {size} bytes")
    before, _stack_size = _stack_size, size
    return before


def _install():
    for name in ("lock", "RLock"):
        globals()[name].__module__ = "_thread"
    _thread.lock = _thread.LockType = _thread.allocate_lock = _thread.allocate = lock
    _thread.RLock = RLock
    _thread._ThreadHandle = _ThreadHandle
    _thread._make_thread_handle = _make_thread_handle
    _thread.start_joinable_thread = _start_joinable_thread
    _thread.start_new_thread = _thread.start_new = _start_new_thread
    _thread.get_ident = scheduler.get_ident
    if hasattr(_thread, "get_native_id"):
        _thread.get_native_id = scheduler.get_ident
    _thread._get_main_thread_ident = lambda main=scheduler.get_ident(): main
    _thread._shutdown = scheduler.join_all
    _thread._count = scheduler.count
    _thread.exit = _thread.exit_thread = _exit
    _thread.stack_size = _set_stack_size
    time.sleep = scheduler.sleep


_install()
