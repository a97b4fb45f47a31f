#!/bin/sh
# Makes a virtual environment from one committed lock and installs this checkout into it, nothing resolved, every file's
# hash checked.
#
#     sh requirements/install.sh FOLDER LOCK        (from the top of the checkout; PYTHON names another interpreter)
#
# Needs Python 3.11 or newer with its venv module; uv does the downloads when it is there, because it is quicker.
set -eu

venv=$1 lock=$2 python=${PYTHON:-python3}

stop() {
  echo "cueprobe: $*" >&2
  exit 1
}

command -v "$python" >/dev/null || stop "no $python here; install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "$("$python" --version 2>&1) is too old; Python 3.11 or newer is needed, for example: make PYTHON=python3.12 ..."

# llama.cpp, the engine of the embedded model, is linked against GNU OpenMP and does not bring it.
if [ "$(uname -s)" = Linux ]; then
  "$python" -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null ||
    stop "the library libgomp.so.1 is missing; install it (Debian, Ubuntu: apt-get install libgomp1)"
fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  # Debian keeps ensurepip in a package of its own, and a venv made without it is left half done.
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "this Python cannot make virtual environments; install its venv module (Debian, Ubuntu: apt-get install python3-venv)"
  rm -rf "$venv"
  echo "making $venv" >&2
  "$python" -m venv "$venv"
fi

echo "installing $lock into $venv" >&2
if uv --version >/dev/null 2>&1 && uv pip install -q --python "$venv/bin/python" --no-deps --require-hashes -r "$lock"; then
  :
else
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$lock"
fi
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
