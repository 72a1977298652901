# Multiplies matrices in one call of native code.
# expect: out_of_fuel
import numpy as np

a = np.ones((1500, 1500))
while True:
    a = a @ a
