"""Generators of waits in the place of the library's functions that wait.

Each does what the function does whose name it bears, for threads that can be suspended.
"""

import functools
import queue
import threading
import time
from concurrent import futures
from concurrent.futures import _base, thread as pool

from assay_locks import RLock, lock, seconds_to_wait
from assay_scheduler import Wait, scheduler
from assay_suspend import call, is_opaque, waits
from assay_threads import sleeping

_monotonic = time.monotonic


class _Deadline:
    """A timeout that several waits share."""

    def __init__(self, seconds):
        self._at = None if seconds is None else _monotonic() + seconds

    def left(self):
        """Seconds, or None for ever."""
        return None if self._at is None else self._at - _monotonic()

    def is_over(self):
        return self._at is not None and self._at <= _monotonic()


waits(time.sleep)(sleeping)


@waits(lock.acquire)
def _lock_acquire(self, blocking=True, timeout=-1):
    seconds = seconds_to_wait(blocking, timeout)
    if self.try_take():
        return True
    return False if seconds == 0 else (yield from self.taking(seconds))


waits(lock.__enter__)(_lock_acquire)
waits(RLock.acquire)(_lock_acquire)
waits(RLock.__enter__)(_lock_acquire)


@waits(threading.Condition.__enter__)
def _condition_enter(self):
    return call(self._lock.__enter__)


@waits(threading.Condition.wait)
def _condition_wait(self, timeout=None):
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    waiter = lock()
    waiter.acquire()
    self._waiters.append(waiter)
    saved = self._release_save()
    notified = False
    try:
        if timeout is None or timeout > 0:
            notified = yield from waiter.taking(timeout)
        else:
            notified = waiter.acquire(False)
        return notified
    finally:
        if isinstance(self._lock, RLock):
            yield from self._lock.restoring(saved)
        else:
            yield from call(self._lock.acquire)
        if not notified and waiter in self._waiters:
            self._waiters.remove(waiter)


@waits(threading.Condition.wait_for)
def _condition_wait_for(self, predicate, timeout=None):
    deadline = _Deadline(timeout)
    result = yield from call(predicate)
    while not result and not deadline.is_over():
        yield from _condition_wait(self, deadline.left())
        result = yield from call(predicate)
    return result


@waits(threading.Event.wait)
def _event_wait(self, timeout=None):
    yield from _condition_enter(self._cond)
    try:
        if self._flag:
            return True
        return (yield from _condition_wait(self._cond, timeout))
    finally:
        self._cond.release()


@waits(threading.Event.is_set)
def _event_is_set(self):
    yield from scheduler.glance()
    return self._flag


@waits(threading.Semaphore.acquire)
def _semaphore_acquire(self, blocking=True, timeout=None):
    if not blocking and timeout is not None:
        raise ValueError("can't specify timeout for non-blocking acquire")
    deadline = _Deadline(timeout)
    yield from _condition_enter(self._cond)
    try:
        while self._value == 0:
            if not blocking or deadline.is_over():
                return False
            yield from _condition_wait(self._cond, deadline.left())
        self._value -= 1
        return True
    finally:
        self._cond.release()


waits(threading.Semaphore.__enter__)(_semaphore_acquire)


@waits(threading.Barrier.wait)
def _barrier_wait(self, timeout=None):
    timeout = self._timeout if timeout is None else timeout
    yield from _condition_enter(self._cond)
    try:
        while self._state in (-1, 1):
            yield from _condition_wait(self._cond)
        if self._state < 0:
            raise threading.BrokenBarrierError
        index = self._count
        self._count += 1
        try:
            if self._count == self._parties:
                self._release()
            else:
                yield from _barrier_await(self, timeout)
            return index
        finally:
            self._count -= 1
            self._exit()
    finally:
        self._cond.release()


def _barrier_await(self, timeout):
    if not (yield from _condition_wait_for(self._cond, lambda: self._state != 0, timeout)):
        self._break()
        raise threading.BrokenBarrierError
    if self._state < 0:
        raise threading.BrokenBarrierError


@waits(threading.Thread.start)
def _thread_start(self):
    return scheduler.starting(functools.partial(threading.Thread.start, self))


@waits(threading.Thread.join)
def _thread_join(self, timeout=None):
    if not self._initialized:
        raise RuntimeError("Thread.__init__() not called")
    if not self._started.is_set():
        raise RuntimeError("cannot join thread before it is started")
    if self is threading.current_thread():
        raise RuntimeError("cannot join current thread")
    yield from self._os_thread_handle.joining(None if timeout is None else max(timeout, 0))


@waits(threading.Thread.is_alive)
def _thread_is_alive(self):
    yield from scheduler.glance()
    return self._started.is_set() and not self._os_thread_handle.is_over()


@waits(threading.Thread.run)
def _thread_run(self):
    try:
        if self._target is not None:
            if is_opaque(self._target):
                # It could not give way, so whoever started it goes first.
                yield from scheduler.pause()
            yield from call(self._target, *self._args, **self._kwargs)
    finally:
        del self._target, self._args, self._kwargs


@waits(threading.Timer.run)
def _timer_run(self):
    yield from _event_wait(self.finished, self.interval)
    if not self.finished.is_set():
        yield from call(self.function, *self.args, **self.kwargs)
    self.finished.set()


@waits(queue.Queue.put)
def _queue_put(self, item, block=True, timeout=None):
    if timeout is not None and timeout < 0 and block and self.maxsize > 0:
        raise ValueError("'timeout' must be a non-negative number")
    deadline = _Deadline(timeout)
    yield from _condition_enter(self.not_full)
    try:
        while True:
            if self.is_shutdown:
                raise queue.ShutDown
            if self.maxsize <= 0 or self._qsize() < self.maxsize:
                break
            if not block or deadline.is_over():
                raise queue.Full
            yield from _condition_wait(self.not_full, deadline.left())
        self._put(item)
        self.unfinished_tasks += 1
        self.not_empty.notify()
    finally:
        self.not_full.release()


@waits(queue.Queue.get)
def _queue_get(self, block=True, timeout=None):
    if timeout is not None and timeout < 0 and block:
        raise ValueError("'timeout' must be a non-negative number")
    deadline = _Deadline(timeout)
    yield from _condition_enter(self.not_empty)
    try:
        while not self._qsize():
            if self.is_shutdown:
                raise queue.ShutDown
            if not block or deadline.is_over():
                raise queue.Empty
            yield from _condition_wait(self.not_empty, deadline.left())
        item = self._get()
        self.not_full.notify()
        return item
    finally:
        self.not_empty.release()


@waits(queue.Queue.join)
def _queue_join(self):
    yield from _condition_enter(self.all_tasks_done)
    try:
        while self.unfinished_tasks:
            yield from _condition_wait(self.all_tasks_done)
    finally:
        self.all_tasks_done.release()


@waits(queue.Queue.empty)
def _queue_empty(self):
    yield from scheduler.glance()
    return not self._qsize()


@waits(queue._PySimpleQueue.get)
def _simple_queue_get(self, block=True, timeout=None):
    if timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    if not (yield from _semaphore_acquire(self._count, block, timeout if block else None)):
        raise queue.Empty
    return self._queue.popleft()


@waits(futures.Future.result)
def _future_result(self, timeout=None):
    try:
        yield from _future_await(self, timeout)
        return self._Future__get_result()
    finally:
        self = None  # the exception's traceback holds this frame


@waits(futures.Future.exception)
def _future_exception(self, timeout=None):
    yield from _future_await(self, timeout)
    return self._exception


def _future_await(self, timeout):
    finished = (_base.FINISHED, _base.CANCELLED, _base.CANCELLED_AND_NOTIFIED)
    yield from _condition_enter(self._condition)
    try:
        if self._state not in finished:
            yield from _condition_wait(self._condition, timeout)
        if self._state not in finished:
            raise TimeoutError
        if self._state != _base.FINISHED:
            raise _base.CancelledError
    finally:
        self._condition.release()


@waits(futures.wait)
def _futures_wait(fs, timeout=None, return_when=futures.ALL_COMPLETED):
    fs = set(fs)
    deadline = _Deadline(timeout)
    # Asks again at every completion of one of them, which is when the library's function does.
    while True:
        done, not_done = futures.wait(fs, 0, return_when)
        failed = any(not future.cancelled() and future.exception() is not None for future in done)
        enough = not not_done or (return_when == futures.FIRST_COMPLETED and done)
        enough = enough or (return_when == futures.FIRST_EXCEPTION and failed)
        if enough or deadline.is_over():
            return _base.DoneAndNotDoneFutures(done, not_done)
        line = []
        wait = Wait(line, deadline.left())
        wake = functools.partial(_wake_with, wait)
        for future in not_done:
            future.add_done_callback(wake)
        yield wait


def _wake_with(wait, _future):
    scheduler.wake(wait)


_submit = futures.ThreadPoolExecutor.submit


@functools.wraps(_submit)
def _submit_and_pause(self, fn, /, *args, **kwargs):
    threads = len(self._threads)
    future = _submit(self, fn, *args, **kwargs)
    if len(self._threads) > threads:
        scheduler.drive(scheduler.pause())
    return future


@waits(_submit_and_pause)
def _pool_submit(self, fn, /, *args, **kwargs):
    return scheduler.starting(functools.partial(_submit, self, fn, *args, **kwargs))


@waits(futures.ThreadPoolExecutor.shutdown)
def _pool_shutdown(self, wait=True, *, cancel_futures=False):
    futures.ThreadPoolExecutor.shutdown(self, wait=False, cancel_futures=cancel_futures)
    if wait:
        for thread in list(self._threads):
            yield from _thread_join(thread)


@waits(pool._worker)
def _pool_worker(executor_reference, context, work_queue):
    # `submit` starts it with its locks held, and pauses when it has given them back.
    yield from scheduler.pause()
    try:
        if context.initializer is not None:
            yield from call(context.initializer, *context.initargs)
    except BaseException:
        _base.LOGGER.critical("Exception in initializer:", exc_info=True)
        executor = executor_reference()
        if executor is not None:
            executor._initializer_failed()
        return
    while True:
        item = None
        try:
            item = work_queue.get_nowait()
        except queue.Empty:
            executor = executor_reference()
            if executor is not None:
                executor._idle_semaphore.release()
            del executor
            item = yield from _simple_queue_get(work_queue)
        if item is not None:
            yield from _work(item)
            del item
            continue
        executor = executor_reference()
        if pool._shutdown or executor is None or executor._shutdown:
            if executor is not None:
                executor._shutdown = True
            work_queue.put(None)
            return
        del executor


def _work(item):
    if not item.future.set_running_or_notify_cancel():
        return
    try:
        function, args, kwargs = item.task
        result = yield from call(function, *args, **kwargs)
    except BaseException as error:
        item.future.set_exception(error)
    else:
        item.future.set_result(result)


# The native queue waits in C.
queue.SimpleQueue = queue._PySimpleQueue
queue.SimpleQueue.__name__ = queue.SimpleQueue.__qualname__ = "SimpleQueue"
futures.ThreadPoolExecutor.submit = _submit_and_pause
