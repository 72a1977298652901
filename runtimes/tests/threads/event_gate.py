import threading

gate = threading.Event()
passed = []

def wait_for_gate(n):
    gate.wait()
    passed.append(n)

threads = [threading.Thread(target=wait_for_gate, args=(n,)) for n in range(4)]
for t in threads:
    t.start()
print(passed, gate.is_set())
gate.set()
for t in threads:
    t.join()
print(sorted(passed))
