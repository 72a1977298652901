# Ends the process in a thread while the main one waits.
# expect: completed 5
import os
import threading

threading.Thread(target=lambda: os._exit(5)).start()
