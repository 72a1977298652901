"""The other harnesses' packages, in a virtual environment of their own."""

import shutil
import subprocess
import sys

INSTALL_SECONDS = 900


def install(venv, name, version):
    """Whether that version of the package is there or could be installed; says why not."""
    python = venv / "bin/python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True, text=True)
        if installed(python, name) != version:
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{name}=={version}"]
            subprocess.run(pip, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        return True
    except (OSError, subprocess.SubprocessError) as error:
        if not python.exists():
            shutil.rmtree(venv, ignore_errors=True)
        detail = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
        print(f"note: left out: {name} {version} could not be installed: {' '.join(detail)}", file=sys.stderr)
        return False


def installed(python, name):
    """The version that the environment has, empty if none."""
    script = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
    found = subprocess.run([python, "-c", script, name], capture_output=True, text=True, check=False)
    return found.stdout.strip()
