# Takes memory in the smallest pieces, in every kind of container.
# expect: out_of_fuel
import collections

kept = collections.deque()
while True:
    kept.append({(len(kept),): {len(kept)}})
