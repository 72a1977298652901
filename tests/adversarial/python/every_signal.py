# Raises every signal.
# expect: completed 0
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
        signal.raise_signal(number)
    except (OSError, ValueError):
        pass
signal.raise_signal(signal.SIGABRT)
