# Opens files of the host as databases, and loads an extension.
# expect: completed 0
import sqlite3

db = sqlite3.connect(":memory:")
for path in ("/etc/passwd", "../../../etc/passwd", "file:/etc/passwd?mode=ro", "/proc/self/mem", "/usr/local/lib/python315.zip/x"):
    try:
        db.execute("ATTACH ? AS other", (path,))
        db.execute("CREATE TABLE other.t(x)")
    except sqlite3.Error:
        continue
    raise SystemExit(f"opened {path}")
try:
    db.enable_load_extension(True)
    db.load_extension("/lib/x86_64-linux-gnu/libc.so.6")
except (AttributeError, sqlite3.Error):
    pass
else:
    raise SystemExit("loaded")
