# Writes through numpy where no array is.
# expect: trap
import numpy as np

view = np.lib.stride_tricks.as_strided(np.zeros(1, dtype=np.uint8), (1 << 30,), (1,))
view[:] = 255
