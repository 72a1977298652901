# Asks numpy for more than there is: elements, dimensions, products, broadcasts.
# expect: completed 0
import numpy as np

for make in (
    lambda: np.zeros(1 << 40),
    lambda: np.zeros((1 << 20, 1 << 20), dtype=np.int8),
    lambda: np.empty([1] * 200),
    lambda: np.broadcast_to(np.zeros(1), (1 << 30,)).copy(),
    lambda: np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 29,), (8,)).sum(),
):
    try:
        make()
    except (MemoryError, ValueError):
        pass
