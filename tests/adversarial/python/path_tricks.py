# Leaves its directory by paths of every spelling.
# expect: completed 0
import os

paths = ["/" * 4000 + "etc/passwd", "./" * 2000 + "x", "../" * 1300 + "etc/passwd", "/work/../../../etc", "/tmp/..//../etc",
         "\udcff\udc80", "a" * 256, "a/" * 3000, "nul\x00byte", "", ".", "..", "/proc/1/root", "//etc/passwd", "~", "C:\\windows",
         b"\xff\xfe", b"/etc/passwd\x00", "\ud800"]
for path in paths:
    for use in (open, os.stat, os.readlink, os.listdir, os.unlink, os.rmdir):
        try:
            found = use(path)
        except (OSError, ValueError):
            continue
        if not (use in (os.stat, os.listdir)):
            raise SystemExit(f"{use} {path!r} {found}")
for name in os.listdir("/") + os.listdir("/.."):
    assert name in ("tmp", "usr", "work"), name
