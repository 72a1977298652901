import queue
import threading

q = queue.Queue()
done = []
lock = threading.Lock()

def worker():
    while True:
        item = q.get()
        try:
            with lock:
                done.append(item ** 2)
        finally:
            q.task_done()

for _ in range(3):
    threading.Thread(target=worker, daemon=True).start()
for item in range(10):
    q.put(item)
q.join()
print(sorted(done), q.unfinished_tasks)
