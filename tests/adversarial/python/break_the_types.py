# Breaks what every object counts on: the types' own tables.
# expect: anything
import gc
import types

for base in (int, str, dict, object, type, types.FunctionType, types.CodeType):
    for referred in gc.get_referents(base.__dict__):
        if type(referred) is dict:
            referred.clear()
try:
    1 + 1
finally:
    print([] == [])
