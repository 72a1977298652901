# Links the library into its own directory, and its directory into itself.
# expect: completed 0
import os

for use in (
    lambda: os.link("/usr/local/lib/python315.zip", "lib"),
    lambda: os.rename("/usr", "/tmp/usr"),
    lambda: os.rename("/work", "/work/work"),
    lambda: os.rmdir("/work"),
    lambda: os.unlink("/usr"),
    lambda: os.mkdir("/etc"),
    lambda: os.symlink("x", "/usr/local/x"),
    lambda: os.truncate("/usr/local/lib/python315.zip", 0),
    lambda: os.utime("/usr/local/lib/python315.zip"),
):
    try:
        use()
    except OSError:
        continue
    except NotImplementedError:
        continue
    raise SystemExit(use.__code__.co_firstlineno)
