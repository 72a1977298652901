import threading

barrier = threading.Barrier(2, timeout=0.05)

def lonely():
    try:
        barrier.wait()
    except threading.BrokenBarrierError as error:
        print("broken", barrier.broken, type(error).__name__)

t = threading.Thread(target=lonely)
t.start()
t.join()
