import threading

matrix = [[i * j for j in range(4)] for i in range(4)]
result = [[0] * 4 for _ in range(4)]
total = 0
lock = threading.Lock()

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def row(i):
    global total
    for j in range(4):
        result[i][j] = sum(matrix[i][k] * matrix[k][j] for k in range(4))
    value = fib(i + 8)
    with lock:
        total += value

ts = [threading.Thread(target=row, args=(i,)) for i in range(4)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(result, total)
