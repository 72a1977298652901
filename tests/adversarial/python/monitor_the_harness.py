# Raises from a monitoring callback at every call.
# expect: trap
import sys


def callback(*_):
    raise SystemExit(0)


monitoring = sys.monitoring
monitoring.use_tool_id(1, "attack")
monitoring.register_callback(1, monitoring.events.CALL, callback)
monitoring.set_events(1, monitoring.events.CALL)
