import threading
from concurrent.futures import ThreadPoolExecutor

def name():
    return threading.current_thread().name

with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pool") as executor:
    print(executor.submit(name).result())
with ThreadPoolExecutor(2) as executor:
    print(executor.submit(name).result())
