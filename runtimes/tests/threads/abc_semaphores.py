import threading

names = "ABC"
semaphores = [threading.Semaphore(1 if i == 0 else 0) for i in range(3)]
out = []

def say(i):
    for _ in range(4):
        semaphores[i].acquire()
        out.append(names[i])
        semaphores[(i + 1) % 3].release()

threads = [threading.Thread(target=say, args=(i,)) for i in (2, 1, 0)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("".join(out))
