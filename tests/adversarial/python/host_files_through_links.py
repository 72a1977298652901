# Leads symbolic links out of its directory.
# expect: completed 0
import os

os.symlink("/", "root")
os.symlink("../" * 20 + "etc/passwd", "up")
assert sorted(os.listdir("root")) == ["tmp", "usr", "work"]
try:
    open("up")
except OSError:
    pass
else:
    raise SystemExit("opened /etc/passwd")
