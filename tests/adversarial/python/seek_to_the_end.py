# Seeks and writes beyond every size.
# expect: file_limit
import os

fd = os.open("f", os.O_RDWR | os.O_CREAT)
for offset in (2**62, 2**63 - 1, -1, -(2**63)):
    for use in (lambda: os.pwrite(fd, b"x", offset), lambda: os.lseek(fd, offset, 0), lambda: os.truncate("f", offset), lambda: os.posix_fallocate(fd, offset, 10)):
        try:
            use()
        except OSError:
            pass
os.write(fd, b"x")
