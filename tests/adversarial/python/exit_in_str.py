# Exits from the method that makes an exception's message.
# expect: exception E
import os


class E(Exception):
    def __str__(self):
        raise SystemExit(0)


raise E
