# Pickles and copies what is nested deeper than any stack.
# expect: out_of_fuel
import copy
import pickle

deep = []
for _ in range(20_000):
    deep = [deep]
for use in (pickle.dumps, copy.deepcopy, repr, lambda x: pickle.loads(b"\x80\x04" + b"]" * 50_000 + b"a" * 49_999 + b".")):
    try:
        use(deep)
    except RecursionError:
        pass
