import threading
import time

running = True
count = 0

def spin():
    global count
    while running:
        count += 1
        time.sleep(0.01)

t = threading.Thread(target=spin)
t.start()
time.sleep(0.1)
running = False
t.join()
print(5 <= count <= 11)
t = threading.Thread(target=time.sleep, args=(0.1,))
t.start()
while t.is_alive():
    pass
print("done")
