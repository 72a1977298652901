# Opens a connection through the module below the module.
# expect: exception
import _socket

s = _socket.socket()
s.connect(("127.0.0.1", 22))
