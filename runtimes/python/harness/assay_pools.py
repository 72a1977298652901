"""`multiprocessing`'s pools of threads, which are no processes, over the executor's threads."""

from concurrent.futures import CancelledError, ThreadPoolExecutor, wait


def make(pool):
    """A class to stand for `multiprocessing.pool.ThreadPool`; `pool` is its module."""

    class AsyncResult:
        """What a pool gives for a call that it runs by and by."""

        def __init__(self, futures, single, callback, error_callback):
            self._futures = futures
            self._single = single
            self._callback = callback
            self._error_callback = error_callback
            self._left = len(futures)
            for future in futures:
                future.add_done_callback(self._finished)
            if not futures and callback is not None:
                callback([])

        def _finished(self, _future):
            self._left -= 1
            if self._left:
                return
            error = self._error()
            if error is None and self._callback is not None:
                self._callback(self._value())
            elif error is not None and self._error_callback is not None:
                self._error_callback(error)

        def _error(self):
            return next((error for error in map(_failure, self._futures) if error is not None), None)

        def _value(self):
            values = [future.result() for future in self._futures]
            return values[0] if self._single else values

        def get(self, timeout=None):
            """The result, or the exception, waiting for it."""
            self.wait(timeout)
            if not self.ready():
                raise pool.TimeoutError
            error = self._error()
            if error is not None:
                raise error
            return self._value()

        def wait(self, timeout=None):
            """Waits for the result."""
            wait(self._futures, timeout)

        def ready(self):
            """Whether the result is there."""
            return all(future.done() for future in self._futures)

        def successful(self):
            """Whether the result is no exception."""
            if not self.ready():
                raise ValueError(f"{self!r} not ready")
            return self._error() is None

    class Results:
        """An iterator over results."""

        def __init__(self, futures, ordered):
            self._futures = futures
            self._ordered = ordered

        def __iter__(self):
            return self

        def next(self, timeout=None):
            """The next result; `multiprocessing.TimeoutError` when it does not come in time."""
            if not self._futures:
                raise StopIteration
            waited_for = self._futures[:1] if self._ordered else self._futures
            wait(waited_for, timeout, "FIRST_COMPLETED")
            done = next((future for future in waited_for if future.done()), None)
            if done is None:
                raise pool.TimeoutError
            self._futures.remove(done)
            return done.result()

        __next__ = next

    class ThreadPool(pool.Pool):
        """A pool of threads."""

        def __init__(self, processes=None, initializer=None, initargs=()):
            if processes is not None and processes < 1:
                raise ValueError("Number of processes must be at least 1")
            if initializer is not None and not callable(initializer):
                raise TypeError("initializer must be a callable")
            self._processes = processes or 1
            self._executor = ThreadPoolExecutor(self._processes, "Thread", initializer, initargs)
            self._state = pool.RUN

        def _submit(self, function, calls):
            self._check_running()
            return [self._executor.submit(function, *arguments) for arguments in calls]

        def apply(self, func, args=(), kwds={}):
            return self.apply_async(func, args, kwds).get()

        def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
            self._check_running()
            return AsyncResult([self._executor.submit(func, *args, **kwds)], True, callback, error_callback)

        def map(self, func, iterable, chunksize=None):
            return self.map_async(func, iterable).get()

        def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
            return AsyncResult(self._submit(func, zip(iterable)), False, callback, error_callback)

        def starmap(self, func, iterable, chunksize=None):
            return self.starmap_async(func, iterable).get()

        def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
            return AsyncResult(self._submit(func, iterable), False, callback, error_callback)

        def imap(self, func, iterable, chunksize=1):
            return Results(self._submit(func, zip(iterable)), True)

        def imap_unordered(self, func, iterable, chunksize=1):
            return Results(self._submit(func, zip(iterable)), False)

        def close(self):
            if self._state == pool.RUN:
                self._state = pool.CLOSE

        def terminate(self):
            self._state = pool.TERMINATE
            self._executor.shutdown(wait=False, cancel_futures=True)

        def join(self):
            if self._state == pool.RUN:
                raise ValueError("Pool is still running")
            self._executor.shutdown(wait=True)

        def __del__(self, *_arguments, **_options):
            pass

        def __repr__(self):
            return f"<{type(self).__module__}.{type(self).__qualname__} state={self._state} pool_size={self._processes}>"

    ThreadPool.__module__ = pool.__name__
    ThreadPool.__qualname__ = "ThreadPool"
    return ThreadPool


def _failure(future):
    try:
        return future.exception(0)
    except CancelledError as error:
        return error
