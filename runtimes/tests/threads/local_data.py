import threading

data = threading.local()
data.x = "main"
seen = {}

def worker(n):
    seen[n] = hasattr(data, "x")
    data.x = n
    seen[n, "x"] = data.x

threads = [threading.Thread(target=worker, args=(n,)) for n in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(seen, data.x)
