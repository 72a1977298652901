import threading

class FooBar:
    def __init__(self, n):
        self.n = n
        self.foo_lock = threading.Lock()
        self.bar_lock = threading.Lock()
        self.bar_lock.acquire()

    def foo(self, print_foo):
        for _ in range(self.n):
            self.foo_lock.acquire()
            print_foo()
            self.bar_lock.release()

    def bar(self, print_bar):
        for _ in range(self.n):
            self.bar_lock.acquire()
            print_bar()
            self.foo_lock.release()

out = []
fb = FooBar(3)
t1 = threading.Thread(target=fb.bar, args=(lambda: out.append("bar"),))
t2 = threading.Thread(target=fb.foo, args=(lambda: out.append("foo"),))
t1.start()
t2.start()
t1.join()
t2.join()
print("".join(out))
