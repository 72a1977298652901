"""What `_thread` offers, for the scheduler's threads."""

import time
from _thread import TIMEOUT_MAX
from collections import deque

from assay_scheduler import Wait, scheduler

_now = time.monotonic_ns
_drive = scheduler.drive
_timeout_max = TIMEOUT_MAX

# A waiter that has waited this long gets a lock when it is released; before, whoever comes first (CPython's PyMutex).
_FAIR_NANOS = 1_000_000

_HANDED_OVER = 2


def seconds_to_wait(blocking, timeout):
    """How long to wait for a lock: None for ever, 0 not at all."""
    if not blocking:
        if timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        return 0
    if timeout == -1:
        return None
    if timeout < 0:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > _timeout_max:
        raise OverflowError("timestamp out of range for platform time_t")
    return timeout


class _Mutex:
    """What both kinds of lock have in common: being locked, and a line of those who wait."""

    __slots__ = ("__weakref__", "_locked", "_waiters")

    def __init__(self):
        self._locked = False
        self._waiters = deque()

    def _line_up(self, seconds):
        """A generator of waits; its result is whether the lock was taken."""
        started = None
        deadline = None if seconds is None else _now() + int(seconds * 1_000_000_000)
        while self._locked:
            if deadline is None:
                wait = Wait(self._waiters)
            else:
                wait = Wait(self._waiters, max(0, deadline - _now()) / 1_000_000_000)
            if started is None:
                started = wait.since
            wait.since = started
            outcome = yield wait
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
                scheduler.wake(first, _HANDED_OVER)
                return
            scheduler.wake(first)
        self._locked = False

    def _at_fork_reinit(self):
        self._locked = False
        self._waiters.clear()

    def __reduce__(self):
        raise TypeError(f"cannot pickle '_thread.{type(self).__name__}' object")

    def __init_subclass__(cls):
        cls.__module__ = "_thread"


class lock(_Mutex):
    """A lock of the scheduler's threads."""

    __slots__ = ()

    def acquire(self, blocking=True, timeout=-1):
        """Takes the lock, waiting for it if need be; returns whether it was taken."""
        if not self._locked and timeout == -1:
            self._locked = True
            return True
        seconds = seconds_to_wait(blocking, timeout)
        if self.try_take():
            return True
        return False if seconds == 0 else _drive(self.taking(seconds))

    def try_take(self):
        """Takes the lock if it is free; returns whether it was."""
        if self._locked:
            return False
        self._locked = True
        return True

    taking = _Mutex._line_up

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
        return self._locked

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_exception):
        self.release()

    def __repr__(self):
        state = "locked" if self._locked else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


class RLock(_Mutex):
    """A lock that its owner may take again."""

    __slots__ = ("_count", "_owner")

    def __init__(self, *_arguments, **_options):
        super().__init__()
        self._owner = None
        self._count = 0

    def acquire(self, blocking=True, timeout=-1):
        """Takes the lock once more, waiting for it if another thread has it; returns whether it was taken."""
        if self.try_take():
            seconds_to_wait(blocking, timeout)
            return True
        seconds = seconds_to_wait(blocking, timeout)
        return False if seconds == 0 else _drive(self.taking(seconds))

    def try_take(self):
        """Takes the lock once more if that needs no waiting; returns whether it was taken."""
        me = scheduler.current
        if self._owner is me:
            self._count += 1
            return True
        if self._locked:
            return False
        self._locked = True
        self._owner = me
        self._count = 1
        return True

    def taking(self, seconds):
        """A generator of waits; its result is whether the lock was taken."""
        if self.try_take():
            return True
        taken = yield from self._line_up(seconds)
        if taken:
            self._owner = scheduler.current
            self._count = 1
        return taken

    def release(self):
        """Undoes one `acquire` of this thread's."""
        if self._owner is not scheduler.current:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            self._give()

    def locked(self):
        """Whether any thread has taken it."""
        return self._count > 0

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_exception):
        self.release()

    def _is_owned(self):
        return self._owner is scheduler.current

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
        _drive(self.restoring(saved))

    def restoring(self, saved):
        """A generator of waits: takes the lock as often as it was when `_release_save` gave `saved`."""
        yield from self._line_up(None)
        self._count, self._owner = saved

    def _at_fork_reinit(self):
        super()._at_fork_reinit()
        self._owner = None
        self._count = 0

    def __repr__(self):
        state = "locked" if self._count else "unlocked"
        owner = self._owner.ident if self._owner else 0
        return f"<{state} _thread.RLock object owner={owner} count={self._count} at {id(self):#x}>"
