#!/bin/sh
# Make the environment: scripts/setup.sh VENV REQUIREMENT
set -eu
venv=$1
what=$2
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Python was not found as '$python': install Python 3.11 or newer, or name it, for example make lab PYTHON=python3.12." >&2
    exit 1
fi
if ! "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))'; then
    echo "Python $("$python" -c 'import platform; print(platform.python_version())') is too old: the course needs 3.11 or newer; name another one, for example make lab PYTHON=python3.12." >&2
    exit 1
fi
if [ ! -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv" || {
        rm -rf "$venv"
        echo "The environment '$venv' could not be made: install Python's venv module (on Debian and Ubuntu: apt install python3-venv)." >&2
        exit 1
    }
fi
echo "Setting up the environment in $venv (once, a minute or two) ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ./grader -e "$what" || {
    echo "The packages could not be installed: check the network and run the same command again; nothing else was changed." >&2
    exit 1
}
# A first figure costs seconds until plotly's thousands of small modules are compiled.
"$venv/bin/python" -m compileall -q -j 0 "$venv/lib" src grader/src >/dev/null 2>&1 || true
