"""What `_thread` offers besides locks, for the scheduler's threads, and where the library finds it."""

import sys
import threading
import time
import _thread
import _threading_local

import assay_locks
from assay_scheduler import Wait, join, scheduler
from assay_suspend import call
from assay_unsupported import Unsupported, ended_threads

_drive = scheduler.drive
_native_sleep = time.sleep


class _ThreadHandle:
    """A thread as `threading` holds it."""

    __slots__ = ("_strand",)

    def __init__(self, strand=None):
        self._strand = strand

    @property
    def ident(self):
        return self._strand.ident if self._strand else 0

    def is_done(self):
        _drive(scheduler.glance())
        return self.is_over()

    def is_over(self):
        """`is_done`, without letting other threads run."""
        return self._strand is not None and self._strand.done

    def _set_done(self):
        scheduler.end(self._strand)

    def join(self, timeout=None):
        _drive(self.joining(timeout))

    def joining(self, timeout=None):
        """A generator of waits for the thread's end."""
        if self._strand is None:
            raise RuntimeError("thread not started")
        if self._strand is scheduler.current:
            raise RuntimeError("Cannot join current thread")
        return join(self._strand, None if timeout is None or timeout < 0 else timeout)

    def __repr__(self):
        return f"<_thread._ThreadHandle object: ident={self.ident}>"


def _thread_of(function):
    """The `Thread` whose first function is `function`, or None."""
    owner = getattr(function, "__self__", None)
    return owner if isinstance(owner, threading.Thread) else None


def _start_joinable_thread(function, *, handle=None, daemon=True):
    """Starts a thread that runs `function()`."""
    handle = _ThreadHandle() if handle is None else handle
    thread = _thread_of(function)
    if thread is None:
        handle._strand = scheduler.new_strand(lambda: getattr(function, "__name__", "?"), daemon)
        scheduler.start(handle._strand, _run_plain(function, (), {}))
    else:
        strand = handle._strand = scheduler.new_strand(lambda: thread._name, daemon)
        strand.context = thread._context
        strand.trace = (threading._trace_hook, threading._profile_hook)
        thread._ident = strand.ident
        threading._active[strand.ident] = thread
        threading._limbo.pop(thread, None)
        thread._started.set()
        scheduler.start(strand, _run_thread(thread))
    return handle


def _start_new_thread(function, args, kwargs=None, /):
    """Starts a thread that runs `function(*args, **kwargs)`; returns its identifier."""
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    strand = scheduler.new_strand(lambda: getattr(function, "__name__", "?"), True)
    scheduler.start(strand, _run_plain(function, args, kwargs or {}))
    return strand.ident


def _run_thread(thread):
    """A generator of waits: all that a `Thread` does."""
    try:
        yield from call(thread.run)
    except BaseException as error:
        _note(error)
        thread._invoke_excepthook(thread)
    finally:
        del threading._active[thread._ident]


def _run_plain(function, args, kwargs):
    """A generator of waits: all that a thread without a `Thread` does."""
    try:
        yield from call(function, *args, **kwargs)
    except SystemExit:
        pass
    except BaseException as error:
        _note(error)
        arguments = type("UnraisableHookArgs", (), {})()
        arguments.exc_type, arguments.exc_value, arguments.exc_traceback = type(error), error, error.__traceback__
        arguments.err_msg = f"Exception ignored in thread started by {function!r}"
        arguments.object = None
        sys.unraisablehook(arguments)
    finally:
        threading._active.pop(scheduler.current.ident, None)


def _note(error):
    if isinstance(error, Unsupported):
        ended_threads.append(error.what)


def _get_ident():
    """The identifier of the thread that runs."""
    return scheduler.current.ident


def _sleep(seconds, /):
    """Sleeps in virtual time, while other threads run."""
    if scheduler.alone():
        return _native_sleep(seconds)
    return _drive(sleeping(seconds))


def sleeping(seconds, /):
    """A generator of waits: sleeps in virtual time."""
    if not isinstance(seconds, (int, float)):
        seconds = float(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    yield Wait(seconds=seconds)


def _stack_size(size=0, /):
    return 0


def _named(function, name, module="_thread"):
    function.__name__ = function.__qualname__ = name
    function.__module__ = module
    return function


def _install():
    """Puts the scheduler's threads in the place of `_thread`'s. The importer keeps the native locks: it is written
    for them, and no thread waits while it imports."""
    import importlib._bootstrap

    native = type(_thread)("_thread")
    native.__dict__.update(_thread.__dict__)
    importlib._bootstrap._thread = native

    _ThreadHandle.__module__ = "_thread"
    get_ident = _named(_get_ident, "get_ident")
    start_new = _named(_start_new_thread, "start_new_thread")
    start_joinable = _named(_start_joinable_thread, "start_joinable_thread")
    stack_size = _named(_stack_size, "stack_size")
    lock, rlock, local = assay_locks.lock, assay_locks.RLock, _threading_local.local
    local.__module__ = "_thread"

    _thread.lock = _thread.LockType = _thread.allocate_lock = _thread.allocate = lock
    _thread.RLock, _thread._ThreadHandle, _thread._local = rlock, _ThreadHandle, local
    _thread.get_ident, _thread.stack_size = get_ident, stack_size
    _thread.start_new_thread = _thread.start_new = start_new
    _thread.start_joinable_thread = start_joinable
    _thread._count = lambda: len(scheduler.strands)

    threading.Lock = threading._LockType = threading._allocate_lock = lock
    threading._CRLock, threading._ThreadHandle, threading.local = rlock, _ThreadHandle, local
    threading.get_ident, threading.stack_size = get_ident, stack_size
    threading._start_joinable_thread = start_joinable
    threading._active_limbo_lock = rlock()
    threading._thread_shutdown = scheduler.join_all
    _threading_local.RLock = rlock
    main = threading._main_thread
    main._os_thread_handle = _ThreadHandle(scheduler.main)
    main._started = threading.Event()
    main._started.set()
    time.sleep = _named(_sleep, "sleep", "time")


_install()
