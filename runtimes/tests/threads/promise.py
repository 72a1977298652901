import threading

class Promise:
    def __init__(self, executor):
        self._event = threading.Event()
        self._value = None
        self._error = None
        threading.Thread(target=self._run, args=(executor,)).start()

    def _run(self, executor):
        try:
            self._value = executor()
        except Exception as e:
            self._error = e
        self._event.set()

    def then(self, function):
        return Promise(lambda: function(self.get()))

    def get(self):
        self._event.wait()
        if self._error:
            raise self._error
        return self._value

print(Promise(lambda: 20).then(lambda x: x + 1).then(lambda x: x * 2).get())
try:
    Promise(lambda: 1 / 0).then(print).get()
except ZeroDivisionError as e:
    print(e)
