# Sorts with an order that never settles.
# expect: out_of_fuel
import random


class Item:
    def __lt__(self, other):
        return random.random() < 0.5


items = [Item() for _ in range(100_000)]
while True:
    items.sort()
