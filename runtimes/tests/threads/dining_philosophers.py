import threading
import time

class Philosopher(threading.Thread):
    def __init__(self, index, left, right, meals):
        threading.Thread.__init__(self)
        self.index, self.left, self.right, self.meals = index, left, right, meals

    def run(self):
        first, second = sorted((self.left, self.right), key=id)
        for _ in range(3):
            with first:
                time.sleep(0.001)
                with second:
                    self.meals[self.index] += 1
            time.sleep(0.001)

forks = [threading.Lock() for _ in range(5)]
meals = [0] * 5
table = [Philosopher(i, forks[i], forks[(i + 1) % 5], meals) for i in range(5)]
for p in table:
    p.start()
for p in table:
    p.join()
print(meals)
