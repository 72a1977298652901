import threading

class OddEven:
    def __init__(self, limit):
        self.limit = limit
        self.current = 1
        self.cond = threading.Condition()

    def run(self, parity):
        while True:
            with self.cond:
                while self.current <= self.limit and self.current % 2 != parity:
                    self.cond.wait()
                if self.current > self.limit:
                    self.cond.notify_all()
                    return
                print(threading.current_thread().name, self.current)
                self.current += 1
                self.cond.notify_all()

game = OddEven(6)
odd = threading.Thread(target=game.run, args=(1,), name="odd")
even = threading.Thread(target=game.run, args=(0,), name="even")
odd.start()
even.start()
odd.join()
even.join()
