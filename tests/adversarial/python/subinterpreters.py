# Starts interpreters inside the interpreter.
# expect: unsupported interpreters
import _interpreters

while True:
    _interpreters.exec(_interpreters.create(), "while True: pass")
