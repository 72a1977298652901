import logging
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field

logging.basicConfig(stream=sys.stdout, format="%(threadName)s %(message)s", level=logging.INFO)

@dataclass
class Stats:
    counts: Counter = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, word):
        with self.lock:
            self.counts[word] += 1

stats = Stats()

def count(words):
    logging.info("counting %d words", len(words))
    for word in words:
        stats.add(word)

texts = ["a b a", "b c", "a"]
ts = [threading.Thread(target=count, args=(text.split(),), name=f"T{i}") for i, text in enumerate(texts)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(stats)
