import queue
import threading

q = queue.Queue(maxsize=1)

def produce():
    for i in range(5):
        q.put(f"item {i}")
    q.put(None)

threading.Thread(target=produce).start()
while (item := q.get()) is not None:
    print(item)
print("end")
