import threading

def show():
    me = threading.current_thread()
    print(me.name, me.daemon, me is threading.main_thread(), me.ident == threading.get_ident())

print(threading.current_thread().name, threading.main_thread() is threading.current_thread())
a = threading.Thread(target=show)
b = threading.Thread(target=show, name="named", daemon=True)
for t in (a, b):
    print(t.name, t.is_alive(), t.ident)
    t.start()
    t.join()
    print(t.ident == threading.get_ident())
try:
    a.start()
except RuntimeError as e:
    print(e)
try:
    threading.Thread(target=show).join()
except RuntimeError as e:
    print(e)
print([t.name for t in threading.enumerate()])
