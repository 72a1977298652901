import threading

class PropagatingThread(threading.Thread):
    def run(self):
        self.exc = None
        try:
            self.ret = self._target(*self._args, **self._kwargs)
        except BaseException as e:
            self.exc = e

    def join(self, timeout=None):
        super().join(timeout)
        if self.exc:
            raise self.exc
        return self.ret

def f(x):
    if x < 0:
        raise ValueError(x)
    return x + 1

t = PropagatingThread(target=f, args=(1,))
t.start()
print(t.join())
t = PropagatingThread(target=f, args=(-1,))
t.start()
try:
    t.join()
except ValueError as e:
    print("caught", e)
