import random
import threading

class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

class Bank:
    def __init__(self, n):
        self.accounts = [Account(100) for _ in range(n)]

    def transfer(self, source, target, amount):
        if source == target:
            return False
        low, high = sorted((source, target))
        with self.accounts[low].lock, self.accounts[high].lock:
            if self.accounts[source].balance < amount:
                return False
            self.accounts[source].balance -= amount
            self.accounts[target].balance += amount
            return True

bank = Bank(4)

def work(seed):
    rng = random.Random(seed)
    for _ in range(50):
        bank.transfer(rng.randrange(4), rng.randrange(4), rng.randrange(50))

ts = [threading.Thread(target=work, args=(s,)) for s in range(4)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(sum(a.balance for a in bank.accounts))
