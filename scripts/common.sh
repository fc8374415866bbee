# Shared by ./lab and ./test: finds what is missing, installs it as root, and says so.
# Sourced with $root set to the project's folder.

say() { printf '%s\n' "$*" >&2; }

# The system's package manager as "name|install command|GSL|pkg-config|gnuplot".
package_manager() {
  if command -v apt-get >/dev/null 2>&1; then
    echo "apt-get|apt-get install -y|libgsl-dev|pkg-config|gnuplot-nox"
  elif command -v dnf >/dev/null 2>&1; then
    echo "dnf|dnf install -y|gsl-devel|pkgconf-pkg-config|gnuplot"
  elif command -v brew >/dev/null 2>&1; then
    echo "brew|brew install|gsl|pkg-config|gnuplot"
  else
    echo "none||||"
  fi
}

# Installs what is missing if allowed, otherwise prints the command and exits 2.
# $1 is 1 to install also where we are not root. gnuplot is wished for, the others are needed.
require_packages() {
  manager=$(package_manager)
  field() { echo "$manager" | cut -d'|' -f"$1"; }
  has_tool=1
  has_gsl=1
  command -v pkg-config >/dev/null 2>&1 || has_tool=0
  { [ $has_tool = 1 ] && pkg-config --exists gsl; } || has_gsl=0
  wished=""
  command -v gnuplot >/dev/null 2>&1 || wished=$(field 5)
  if [ $has_tool = 1 ] && [ $has_gsl = 1 ] && [ -z "$wished" ]; then return 0; fi

  needed=""
  [ $has_tool = 1 ] || needed=$(field 4)
  [ $has_gsl = 1 ] || needed="$needed $(field 3)"
  needed=${needed# }
  if [ "$(field 1)" = none ]; then
    if [ $has_tool = 1 ] && [ $has_gsl = 1 ]; then return 0; fi
    say "lab: missing: the GNU Scientific Library with its headers, and pkg-config."
    say "lab: no known package manager here; install them, then run this again."
    exit 2
  fi
  if [ "$(id -u)" = 0 ] || [ "$1" = 1 ]; then
    say "lab: installing $needed $wished: $(field 2) $needed $wished"
    if [ "$(field 1)" = apt-get ]; then
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq >&2 || true
    fi
    # shellcheck disable=SC2086 # the words are separate arguments
    if [ -n "$needed" ] && ! $(field 2) $needed >&2; then
      say "lab: the installation failed; run as root: $(field 2) $needed"
      exit 2
    fi
    # Plots are optional.
    # shellcheck disable=SC2086
    if [ -n "$wished" ] && ! $(field 2) $wished >&2; then
      say "lab: $wished could not be installed; everything but plots works without it"
    fi
    return 0
  fi
  [ -n "$needed" ] || return 0
  say "lab: missing: $needed. Run as root, or start ./lab --install:"
  say "  $(field 2) $needed $wished"
  exit 2
}

# Checks that Swift is there and new enough.
require_swift() {
  if ! command -v swift >/dev/null 2>&1; then
    say "lab: swift is not installed; version 6.2 or later is needed (https://swift.org/install)."
    exit 2
  fi
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "${minor:-0}" -lt 2 ]; }; then
    say "lab: swift ${version:-of unknown version} is too old; version 6.2 or later is needed (https://swift.org/install)."
    exit 2
  fi
}

# One set of flags for program and tests, so that neither throws the other's products away.
# (The flag leaves the instruction count as it is.)
build_flags="-c release -Xswiftc -enable-testing"

# GSL's headers are not tracked by the build: start over when our door to them changed.
refresh_after_header_change() {
  stamp="$root/.build/cgsl-stamp"
  current=$(cat "$root"/Sources/CGSL/* | cksum)
  if [ -d "$root/.build" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" != "$current" ]; then
    say "lab: Sources/CGSL changed; building anew"
    rm -rf "$root/.build"
  fi
  mkdir -p "$root/.build" && printf '%s\n' "$current" > "$stamp"
}
