# Names, prints and raises what is no Unicode.
# expect: exception
import os
import sys

for name in (b"\xff\xfe", b"\x1b[2J", b"\xc3\x28"):
    try:
        open(name, "w").close()
    except OSError:
        pass
os.listdir(b".")
sys.stdout.buffer.write(bytes(range(256)))
sys.stderr.buffer.write(b"\xff\x1b]0;title\x07\x9b31m")
raise type("\u202e\x1b[31m", (Exception,), {})("\udcff\ud800\x1b[0m\x00")
