# Runs a command.
# expect: unsupported subprocess
import subprocess

subprocess.Popen(["sh", "-c", "id"])
