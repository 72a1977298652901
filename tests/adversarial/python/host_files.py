# Looks for files of the host.
# expect: completed 0
import os

for path in ("/etc/passwd", "/proc/self/maps", "/dev/mem", "/root", "../../../../etc/passwd", "/work/../../etc/passwd"):
    try:
        open(path)
    except OSError:
        continue
    raise SystemExit(f"opened {path}")
assert os.listdir("/") == ["tmp", "usr", "work"]
