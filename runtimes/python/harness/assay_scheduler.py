"""Runs threads one at a time, in an order that depends on the program alone.

The interpreter has one native stack. A thread that runs as a generator can stop anywhere and let any other go on:
`assay_suspend` makes generators of the program's functions, `assay_waits` of the library's. What is no generator
(the main thread, code called by the library) is *pinned*: while it waits, the scheduler runs the others on top of it,
and it goes on when nothing lies on top any more.

A thread runs until it has to wait, from the moment that it is started, which is what threads shorter than the
interpreter's switch interval do natively. Those that can go on do so in the order in which what they waited for came.
When none can, virtual time moves to the next one that sleeps.
"""

import contextvars
import heapq
import sys
import time
from _asyncio import _get_running_loop, _set_running_loop, _swap_current_task
from _thread import _get_main_thread_ident
from collections import deque

from assay_unsupported import Unsupported

_now = time.monotonic_ns
_sleep = time.sleep

# How far apart threads' identifiers are, as those of native threads are their stacks' addresses.
_IDENT_STEP = 0x11000

# How many questions like `is_alive` a thread asks in a row before the others get to run.
_GLANCES = 20


class DeadlockError(RuntimeError):
    """Every thread waits, and none can ever go on. Natively the program would hang."""


class Wait:
    """What a thread waits for: to be woken by another, or a deadline."""

    __slots__ = ("deadline", "outcome", "since", "strand", "waiters")

    def __init__(self, waiters=None, seconds=None):
        """`waiters` is where others find this; `seconds` is when it ends by itself, None for never."""
        self.strand = scheduler.current
        self.since = _now()
        self.deadline = None if seconds is None else self.since + max(0, int(seconds * 1_000_000_000))
        self.outcome = None
        self.waiters = waiters
        if waiters is not None:
            waiters.append(self)


class Strand:
    """A thread as the scheduler sees it."""

    __slots__ = ("asyncio", "context", "daemon", "done", "generator", "ident", "joiners", "name", "trace")

    def __init__(self, ident, name):
        self.ident = ident
        self.name = name
        self.generator = None
        self.context = contextvars.Context()
        self.daemon = False
        self.done = False
        self.joiners = deque()
        self.trace = (None, None)
        self.asyncio = (None, None)


class Scheduler:
    """All threads of the program. `current` is the one that runs."""

    def __init__(self):
        self.main = Strand(_get_main_thread_ident(), lambda: "MainThread")
        self.current = self.main
        self.strands = {}
        self._next_ident = self.main.ident
        self._ready = deque()
        self._timers = []
        self._timer_count = 0
        self._glances = 0
        # Those that run a new thread on top of themselves. They wait for nothing, but lie below.
        self._starters = []
        # Threads that were started by one that is about to give way to them.
        self._deferred = None

    def new_strand(self, name, daemon):
        """A thread that `start` will run; `name` gives its name when it is needed."""
        self._next_ident += _IDENT_STEP
        strand = Strand(self._next_ident, name)
        strand.daemon = daemon
        return strand

    def start(self, strand, generator):
        """Runs a new thread until it has to wait."""
        strand.generator = generator
        self.strands[strand.ident] = strand
        if self._deferred is not None:
            self._deferred.append(strand)
            return
        self._starters.append(self.current)
        try:
            self._step(strand, None)
        finally:
            self._starters.pop()

    def starting(self, start):
        """A generator of waits: calls `start`, and gives way to the threads that it starts."""
        self._deferred = deferred = []
        try:
            result = start()
        finally:
            self._deferred = None
        for strand in deferred:
            self._ready_first(strand, None)
        if deferred:
            wait = Wait()
            wait.outcome = True
            self._ready.insert(len(deferred), wait)
            yield wait
        return result

    def wake(self, wait, outcome=True):
        """Lets the thread of `wait` go on; does nothing when something else has done so already."""
        if wait.outcome is None:
            wait.outcome = outcome
            self._ready.append(wait)

    def drive(self, waiting):
        """Runs a generator of waits to its end from code that cannot be suspended; returns its result."""
        try:
            wait = next(waiting)
            while True:
                wait = waiting.send(self._block(wait))
        except StopIteration as end:
            return end.value

    def pause(self):
        """A generator of waits: lets every other thread that can go on do so first."""
        wait = Wait()
        self.wake(wait)
        yield wait

    def glance(self):
        """A generator of waits for threads that ask again and again whether something has come."""
        self._glances += 1
        if self._glances < _GLANCES or (not self._ready and not self._timers):
            return
        self._glances = 0
        if self._ready:
            yield from self.pause()
        else:
            yield Wait(seconds=max(0, self._timers[0][0] - _now()) / 1_000_000_000)

    def end(self, strand):
        """Lets those go on that wait for a thread's end."""
        strand.done = True
        while strand.joiners:
            self.wake(strand.joiners.popleft())

    def alone(self):
        """Whether no other thread exists."""
        return not self.strands

    def join_all(self):
        """Waits for every thread that is no daemon."""
        while True:
            strand = next((strand for strand in self.strands.values() if not strand.daemon), None)
            if strand is None:
                return
            self.drive(join(strand, None))

    def _ready_first(self, strand, outcome):
        wait = Wait()
        wait.strand = strand
        wait.outcome = outcome
        self._ready.appendleft(wait)

    def _block(self, wait):
        """Runs other threads on top of the current one until `wait` is over; returns its outcome."""
        self._register(wait)
        below = []
        try:
            while True:
                self._fire_timers()
                if not self._ready:
                    self._advance(below)
                    continue
                over = self._ready.popleft()
                if over is wait:
                    return wait.outcome
                generator = over.strand.generator
                if generator is None or generator.gi_running:
                    below.append(over)
                else:
                    self._step(over.strand, over.outcome)
        finally:
            # Those that lie below could not go on; they are first in line.
            self._ready.extendleft(reversed(below))
            if wait.outcome is None:
                self._give_up(wait)

    def _register(self, wait):
        self._glances = 0
        if wait.deadline is not None and wait.outcome is None:
            self._timer_count += 1
            heapq.heappush(self._timers, (wait.deadline, self._timer_count, wait))

    def _step(self, strand, value):
        """Runs a thread that is a generator until its next wait or its end."""
        previous, self.current = self.current, strand
        self._leave(previous)
        self._enter(strand)
        try:
            wait = strand.context.run(strand.generator.send, value)
        except StopIteration:
            del self.strands[strand.ident]
            self.end(strand)
        else:
            self._register(wait)
        finally:
            self._leave(strand)
            self.current = previous
            self._enter(previous)

    def _leave(self, strand):
        loop = _get_running_loop()
        strand.asyncio = (loop, None if loop is None else _swap_current_task(loop, None))
        if loop is not None:
            _set_running_loop(None)
        trace, profile = strand.trace
        if trace is not None:
            sys.settrace(None)
        if profile is not None:
            sys.setprofile(None)

    def _enter(self, strand):
        loop, task = strand.asyncio
        if loop is not None:
            _set_running_loop(loop)
            _swap_current_task(loop, task)
        trace, profile = strand.trace
        if trace is not None:
            sys.settrace(trace)
        if profile is not None:
            sys.setprofile(profile)

    def _fire_timers(self):
        timers = self._timers
        while timers and timers[0][2].outcome is not None:
            heapq.heappop(timers)
        if not timers:
            return
        now = _now()
        while timers and timers[0][0] <= now:
            wait = heapq.heappop(timers)[2]
            if wait.outcome is None:
                self._give_up(wait)
                self._ready.append(wait)

    def _give_up(self, wait):
        wait.outcome = False
        if wait.waiters is not None:
            wait.waiters.remove(wait)

    def _advance(self, below):
        """Moves virtual time to the next deadline; raises when there is none."""
        if self._timers:
            _sleep(max(0, self._timers[0][0] - _now()) / 1_000_000_000)
            return
        runnable = [wait.strand for wait in below] + [strand for strand in self._starters if strand is not self.current]
        if runnable:
            names = ", ".join(dict.fromkeys(strand.name() for strand in runnable))
            raise Unsupported(f"threads: {self.current.name()} waits for {names}, which cannot run before it has ended")
        others = sorted(strand.name() for strand in self.strands.values() if strand is not self.current)
        if not others:
            raise DeadlockError(f"deadlock: {self.current.name()} waits, and no other thread is left to wake it")
        raise DeadlockError(f"deadlock: every thread waits: {self.current.name()}, {', '.join(others)}")


def join(strand, seconds):
    """A generator of waits for a thread's end; its result is whether that came in time."""
    if not strand.done:
        yield Wait(strand.joiners, seconds)
    return strand.done


scheduler = Scheduler()
