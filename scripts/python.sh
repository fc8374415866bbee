# Sourced by ./test with $root set and scripts/common.sh read: sets up the Python programs that some
# tests read our files with. Nothing but tests needs Python.

# Exports EQUILIBRIUM_LAB_PYTHON, a python with the packages of scripts/python-packages.txt, kept under
# .build/. Where that cannot be had it stays unset, which skips those tests, and the reason is said;
# with EQUILIBRIUM_LAB_PYTHON_REQUIRED=1 that is a failure instead.
prepare_python() {
  if [ -n "${EQUILIBRIUM_LAB_PYTHON:-}" ]; then return 0; fi
  packages="$root/scripts/python-packages.txt"
  python_home="$root/.build/python"
  wanted=$(cksum < "$packages")
  failure="$root/.build/python-failed"
  required=${EQUILIBRIUM_LAB_PYTHON_REQUIRED:-0}
  if [ "$(cat "$python_home/packages" 2>/dev/null)" != "$wanted" ]; then
    # Without a network every attempt takes a minute: one an hour is enough.
    if [ "$required" != 1 ] && [ "$(cat "$failure" 2>/dev/null)" = "$wanted" ] &&
      [ -n "$(find "$failure" -mmin -60 2>/dev/null)" ]; then
      say "test: tests with Python's readers are SKIPPED: setting them up failed within the last hour (to try again: rm .build/python-failed)"
      return 0
    fi
    say "test: setting up Python's readers of our files in .build/python (80 MB from PyPI, once)"
    if ! make_python; then
      mkdir -p "$root/.build" && printf '%s\n' "$wanted" > "$failure"
      say "test: WITHOUT Python's readers: tests of TensorBoard, pandas, numpy and Gambit are SKIPPED."
      if [ "$required" = 1 ]; then
        say "test: EQUILIBRIUM_LAB_PYTHON_REQUIRED=1, so this is a failure"
        return 1
      fi
      return 0
    fi
    printf '%s\n' "$wanted" > "$python_home/packages"
    rm -f "$failure"
  fi
  EQUILIBRIUM_LAB_PYTHON="$python_home/bin/python"
  export EQUILIBRIUM_LAB_PYTHON
}

make_python() {
  rm -rf "$python_home"
  if ! { command -v python3 && python3 -c 'import ensurepip'; } >/dev/null 2>&1; then
    # Debian keeps the module venv needs in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq >&2 && apt-get install -y python3 python3-venv >&2
    fi
    if ! { command -v python3 && python3 -c 'import ensurepip'; } >/dev/null 2>&1; then
      say "test: python3 with venv is missing (on Debian: apt-get install python3-venv)"
      return 1
    fi
  fi
  # A second attempt is for the network.
  python3 -m venv "$python_home" >&2 && {
    install_packages || { sleep 5 && install_packages; }
  }
}

install_packages() {
  "$python_home/bin/python" -m pip install --quiet --no-compile --no-deps --retries 2 \
    --disable-pip-version-check --requirement "$packages" >&2
}
