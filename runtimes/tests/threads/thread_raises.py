import threading

def fails():
    raise ValueError("inside the thread")

caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
t = threading.Thread(target=fails, name="bad")
t.start()
t.join()
print(caught, t.is_alive())
