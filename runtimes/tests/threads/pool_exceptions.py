from concurrent.futures import ThreadPoolExecutor

def divide(a, b):
    return a / b

with ThreadPoolExecutor(max_workers=2) as executor:
    good = executor.submit(divide, 6, 3)
    bad = executor.submit(divide, 1, 0)
    print(good.result(), good.exception(), good.done())
    print(type(bad.exception()).__name__)
    try:
        bad.result()
    except ZeroDivisionError as e:
        print("caught", e)
    try:
        list(executor.map(divide, [1, 1], [1, 0]))
    except ZeroDivisionError as e:
        print("map", e)
try:
    executor.submit(divide, 1, 1)
except RuntimeError as e:
    print(e)
