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
  needed=""
  wished=""
  command -v pkg-config >/dev/null 2>&1 || needed="$(field 4)"
  { command -v pkg-config >/dev/null 2>&1 && pkg-config --exists gsl; } ||
    needed="$needed $(field 3)"
  command -v gnuplot >/dev/null 2>&1 || wished="$(field 5)"
  missing=$(echo "$needed $wished" | xargs)
  [ -n "$missing" ] || return 0
  if [ "$(field 1)" = none ]; then
    [ -n "$needed" ] || return 0
    say "lab: missing: the GNU Scientific Library with headers, and pkg-config."
    say "lab: no known package manager here; install them, then run this again."
    exit 2
  fi
  if [ "$(id -u)" = 0 ] || [ "$1" = 1 ]; then
    say "lab: installing $missing: $(field 2) $missing"
    if [ "$(field 1)" = apt-get ]; then
      DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || true
      export DEBIAN_FRONTEND=noninteractive
    fi
    # shellcheck disable=SC2046 # the words are separate arguments
    if ! $(field 2) $missing >&2; then
      [ -n "$(echo "$needed" | xargs)" ] || return 0
      say "lab: the installation failed; run as root: $(field 2) $missing"
      exit 2
    fi
    return 0
  fi
  # Plots are optional: only what the build cannot do without stops it.
  [ -n "$(echo "$needed" | xargs)" ] || return 0
  say "lab: missing: $missing. Run as root, or start ./lab --install:"
  say "  $(field 2) $missing"
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
