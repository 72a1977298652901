# Makes classes without end, each of which knows all before.
# expect: out_of_fuel
class C:
    pass


while True:
    C = type("C" * 1000, (C,), {"x": C})
