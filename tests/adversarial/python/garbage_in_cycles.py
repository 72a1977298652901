# Makes cycles with finalisers faster than the collector, which it turns off.
# expect: out_of_memory
import gc

gc.disable()


class Node:
    def __init__(self):
        self.me = self
        self.load = bytearray(100_000)

    def __del__(self):
        gc.collect()


while True:
    Node()
