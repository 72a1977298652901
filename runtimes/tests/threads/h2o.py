import threading

class H2O:
    def __init__(self):
        self.h = threading.Semaphore(2)
        self.o = threading.Semaphore(1)
        self.barrier = threading.Barrier(3)

    def hydrogen(self, release):
        self.h.acquire()
        self.barrier.wait()
        release()
        self.h.release()

    def oxygen(self, release):
        self.o.acquire()
        self.barrier.wait()
        release()
        self.o.release()

out = []
w = H2O()
ts = [
    threading.Thread(target=w.hydrogen if c == "H" else w.oxygen, args=(lambda c=c: out.append(c),)) for c in "HHHHOO"
]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(["".join(sorted(out[i : i + 3])) for i in (0, 3)])
