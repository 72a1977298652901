"""Runs threads one at a time, in an order that depends on the program alone.

Every thread has a stack of its own, and the host switches between them when it is told to through the door:

- `+number:address` gives a new thread a stack; it will call the object at that address, which takes no arguments;
- `>number` parks this thread and lets another one go on;
- `-number` says that this thread is about to return from its call, and who goes on then.

A thread runs until it has to wait, or has ended. Those that can go on do so in the order in which what they waited for
came; a new thread goes first, which is what threads shorter than the interpreter's switch interval do natively. When none
can, virtual time moves to the next one that sleeps. Whoever tells the host something else than this module does has
confused nobody but its own program.
"""

import time
from _host import call as _door
from _thread import get_ident as _get_ident
from collections import deque
from heapq import heappop, heappush

_now = time.monotonic_ns
_sleep = time.sleep
_NANOS = 1_000_000_000

# How far apart threads' identifiers are, as those of native threads are their stacks' addresses.
_IDENT_STEP = 0x11000

# How often a thread asks in a row whether something has come, before others get to run.
_GLANCES = 20

# How many locks a thread takes in a row before others get to run: less often than every switch interval.
_SLICE = 1000

# Outcomes of waits.
_LATE = False
_DEADLOCK = object()


class Wait:
    """What a thread waits for: to be woken by another, or a deadline."""

    __slots__ = ("outcome", "since", "strand", "waiters")

    def __init__(self, strand, waiters):
        self.strand = strand
        self.since = _now()
        self.outcome = None
        self.waiters = waiters
        if waiters is not None:
            waiters.append(self)


class Strand:
    """A thread as the scheduler sees it."""

    __slots__ = ("daemon", "done", "ident", "joiners", "number", "run", "waiting")

    def __init__(self, number, ident, daemon):
        self.number = number
        self.ident = ident
        self.daemon = daemon
        self.done = False
        self.joiners = deque()
        self.run = None
        self.waiting = None


_main = Strand(0, _get_ident(), False)
_strands = {}  # those that have not ended, by number; without the main one
ready = deque()  # the waits that are over, whose threads have not gone on yet
_timers = []
here = [_main]  # the thread that runs: a list, since that is the fastest to look at
_threads = _timer_count = _glances = _locks_taken = 0


def get_ident():
    """The identifier of the thread that runs."""
    return here[0].ident


def count():
    """How many threads there are besides the main one."""
    return len(_strands)


def any_started():
    """Whether the program has started a thread."""
    return _threads > 0


def start(function, daemon):
    """Starts a thread that calls `function`; it runs when this one waits."""
    global _threads
    number = _threads + 1
    strand = Strand(number, _main.ident + number * _IDENT_STEP, daemon)
    # The host has the address alone, so this reference must last until the thread has ended.
    strand.run = lambda: _run(strand, function)
    try:
        _door(b"+%d:%d" % (number, id(strand.run)))
    except OSError:
        raise RuntimeError("can't start new thread") from None
    _threads = number
    _strands[number] = strand
    wait_ = Wait(strand, None)
    wait_.outcome = True
    ready.appendleft(wait_)
    return strand


def _run(strand, function):
    """What a new thread does."""
    here[0] = strand
    try:
        function()
    finally:
        end(strand)
        strand.run = None
        del _strands[strand.number]
        # Nothing of Python's runs in this thread from here on but what its locals' destructors do.
        successor = _next()
        _door(b"-%d" % successor.strand.number)


def end(strand):
    """Lets those go on that wait for a thread's end."""
    strand.done = True
    while strand.joiners:
        wake(strand.joiners.popleft())


def join(strand, seconds):
    """Waits for a thread's end; returns whether it came in time."""
    if not strand.done:
        wait(strand.joiners, seconds)
    return strand.done


def join_all():
    """Waits for every thread that is no daemon."""
    while True:
        strand = next((strand for strand in _strands.values() if not strand.daemon and strand is not here[0]), None)
        if strand is None:
            return
        join(strand, None)


def wait(waiters, seconds, since=None):
    """Lets others run until this thread is woken, with the outcome that it is woken with, or `seconds` have passed, with
    a false one. `waiters` is where others find the wait; None for `seconds` is for ever."""
    global _glances, _locks_taken, _timer_count
    me = here[0]
    if me.run is None and me is not _main:
        raise RuntimeError("a thread that has ended cannot wait")
    _glances = _locks_taken = 0
    wait_ = Wait(me, waiters)
    if since is not None:
        wait_.since = since
    if seconds is not None:
        _timer_count += 1
        heappush(_timers, (_now() + max(0, int(seconds * _NANOS)), _timer_count, wait_))
    return _give_way(wait_)


def wake(wait_, outcome=True):
    """Lets the thread of `wait_` go on; does nothing when something else has done so already."""
    if wait_.outcome is None:
        wait_.outcome = outcome
        ready.append(wait_)


def pause():
    """Lets every other thread that can go on do so first."""
    if ready:
        wait_ = Wait(here[0], None)
        wake(wait_)
        _give_way(wait_)


def glance():
    """For threads that ask again and again whether something has come: lets it come."""
    global _glances
    _glances += 1
    if _glances < _GLANCES or not _strands:
        return
    _glances = 0
    if ready:
        pause()
    elif _timers:
        wait(None, max(0, _timers[0][0] - _now()) / _NANOS)


def lock_taken():
    """For threads that only ever take free locks: lets others run now and then."""
    global _locks_taken
    _locks_taken += 1
    if _locks_taken >= _SLICE:
        _locks_taken = 0
        pause()


def sleep(seconds, /):
    """time.sleep, while which others run."""
    if not _strands or not (seconds > 0):
        _sleep(seconds)
        if ready:
            pause()
    else:
        wait(None, seconds)


def _give_way(wait_):
    """Runs others until it is `wait_`'s turn; returns its outcome."""
    me = wait_.strand
    me.waiting = wait_
    try:
        following = _next()
        if following is not wait_:
            _door(b">%d" % following.strand.number)
            here[0] = me
    finally:
        me.waiting = None
    if wait_.outcome is _DEADLOCK:
        raise RuntimeError(_describe_deadlock())
    return wait_.outcome


def _next():
    """The wait whose thread goes on; virtual time moves on until there is one."""
    while True:
        if _timers:
            _fire()
        if ready:
            return ready.popleft()
        if _timers:
            _sleep(max(0, _timers[0][0] - _now()) / _NANOS)  # reading the clock takes time: it may have come by now
        else:
            # Nobody can ever go on; natively the program would hang. The main thread is told.
            _give_up(_main.waiting, _DEADLOCK)


def _fire():
    """Wakes those whose time has come."""
    while _timers and _timers[0][2].outcome is not None:
        heappop(_timers)
    if not _timers:
        return
    now = _now()
    while _timers and _timers[0][0] <= now:
        wait_ = heappop(_timers)[2]
        if wait_.outcome is None:
            _give_up(wait_, _LATE)


def _give_up(wait_, outcome):
    if wait_.waiters is not None:
        wait_.waiters.remove(wait_)
    wake(wait_, outcome)


def _describe_deadlock():
    if not _strands:
        return "deadlock: the only thread waits, and nobody is left to wake it"
    return f"deadlock: all {len(_strands) + 1} threads wait for each other"
