# Waits for thousands of descriptors, again and again.
# expect: out_of_fuel
import select

poll = select.poll()
for fd in range(3):
    poll.register(fd, select.POLLIN)
while True:
    poll.poll(0)
    try:
        select.select(range(500), [], [], 0)
    except OSError:
        pass
