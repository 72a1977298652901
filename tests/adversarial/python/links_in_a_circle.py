# Follows symbolic links that lead to each other.
# expect: completed 0
import os

os.symlink("b", "a")
os.symlink("a", "b")
os.symlink("self/self/self", "self")
os.symlink("x/" * 2000, "long")
for n in range(90):
    os.symlink(f"l{n}", f"l{n + 1}")
for path in ("a", "self", "long", "l90", "a/../b", "l90/l90"):
    for use in (open, os.stat, os.listdir, os.chdir, os.remove if path == "l90/l90" else os.stat):
        try:
            use(path)
        except OSError:
            continue
        raise SystemExit(f"{use} {path}")
