import queue
import threading

class ThreadPool:
    def __init__(self, size):
        self.tasks = queue.Queue()
        self.results = []
        self.lock = threading.Lock()
        self.threads = []
        for _ in range(size):
            t = threading.Thread(target=self._worker)
            t.daemon = True
            t.start()
            self.threads.append(t)

    def _worker(self):
        while True:
            task = self.tasks.get()
            if task is None:
                self.tasks.task_done()
                break
            function, args = task
            try:
                value = function(*args)
            except Exception as e:
                value = type(e).__name__
            with self.lock:
                self.results.append(value)
            self.tasks.task_done()

    def submit(self, function, *args):
        self.tasks.put((function, args))

    def wait(self):
        self.tasks.join()

    def close(self):
        for _ in self.threads:
            self.tasks.put(None)
        for t in self.threads:
            t.join()

pool = ThreadPool(3)
for i in range(6):
    pool.submit(lambda n: 12 // n, i)
pool.wait()
pool.close()
print(sorted(map(str, pool.results)))
