# Sourced by all scripts here: paths, versions, and messages to the user.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${MSI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/msi-actions-admin}
TOOLS=$CACHE/tools

TRUNK_VERSION=0.21.14
WASM_SPLIT_VERSION=0.2.4
CARGO_DENY_VERSION=0.20.2
CARGO_DEB_VERSION=3.8.0
CARGO_ABOUT_VERSION=0.9.3
CARGO_MUTANTS_VERSION=27.1.0
GECKODRIVER_VERSION=0.37.1
SCHEMATHESIS_VERSION=4.32.5
NODE_MAJOR=22

# Native and wasm builds may come from two compilers, so each has its own target folder.
NATIVE_TARGET=${MSI_NATIVE_TARGET:-$CACHE/target-native}
WASM_TARGET=${MSI_WASM_TARGET:-$CACHE/target-wasm}
DIST=$ROOT/dist
# The app as it is packaged for trials, and for development.
TRIAL_DIST=$CACHE/trial-$(printf '%s' "$ROOT" | cksum | cut -d' ' -f1)
DEV_DIST=${TRIAL_DIST/trial-/dev-}
# The toolchain that `setup` links where rustup cannot fetch the wasm target.
DISTRO_TOOLCHAIN=debian

export PATH="$TOOLS/bin:$ROOT/node_modules/.bin:$PATH"

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() {
  printf '\033[1mstopped:\033[0m %s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The version that Cargo.lock holds for a crate.
locked_version() {
  awk -v want="name = \"$1\"" '$0 == want { getline; gsub(/version = |"/, ""); print; exit }' "$ROOT/Cargo.lock"
}

has_wasm_target() { # TOOLCHAIN, empty for the default one
  local rustc=(rustc)
  [ -n "$1" ] && rustc=(rustup run "$1" rustc)
  local sysroot
  sysroot=$("${rustc[@]}" --print sysroot 2>/dev/null) || return 1
  compgen -G "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libcore-*.rlib" >/dev/null
}

# The toolchain for wasm builds: the default one where it has the target, else the distribution's.
wasm_toolchain() {
  if has_wasm_target ""; then
    echo ""
  elif has_wasm_target "$DISTRO_TOOLCHAIN"; then
    echo "$DISTRO_TOOLCHAIN"
  else
    return 1
  fi
}

# The path of the browser that tests drive: CHROME_PATH, or the first of these programs that is there.
find_browser() { # PROGRAM...
  local name
  for name in "${CHROME_PATH:-}" "$@"; do
    [ -n "$name" ] && has "$name" && command -v "$name" && return 0
  done
  return 1
}
find_chromium() { find_browser chromium chromium-browser google-chrome; }
# Chromium without its windows, tabs and address bar: a page takes a fifth less work.
find_headless_shell() { find_browser chromium-headless-shell chrome-headless-shell || find_chromium; }

POSTGRES_OLDEST=15
# The folder of the programs of a PostgreSQL server: POSTGRES_PATH, that of the distribution, or that which setup unpacked.
find_postgres() {
  local folder version
  for folder in "${POSTGRES_PATH:-}" "$(dirname "$(command -v initdb || echo /none)")" \
    $(printf '%s\n' {,"$TOOLS/hosts"}/usr/lib/postgresql/*/bin | sort -rV); do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] || continue
    folder=$(dirname "$(readlink -f "$folder/initdb")")
    version=$("$folder/initdb" --version | sed -E 's/.* ([0-9]+).*/\1/')
    [ "$version" -ge "$POSTGRES_OLDEST" ] && echo "$folder" && return 0
  done
  return 1
}

# For cargo's tests, each of which then has a database there.
ON_POSTGRES=(--config "target.'cfg(all())'.runner = ['$ROOT/script/with-postgres', 'MSI_TEST_POSTGRES']")

cargo_native() {
  disown_other_checkout
  CARGO_TARGET_DIR=$NATIVE_TARGET cargo "$@"
}

# Compiles what tests and walks run. Where LINT_WHILE_COMPILING is set, clippy stands in for the compiler of the workspace's own
# crates, so that they are read once instead of twice. Nothing that is measured or shipped: clippy switches off optimisations.
cargo_tests() {
  if [ -n "${LINT_WHILE_COMPILING:-}" ]; then
    RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__ cargo_native "$@"
  else
    cargo_native "$@"
  fi
}

# Checkouts share the target folder for the sake of the libraries. Cargo tells their own crates apart by the files' times
# alone, so it would take those of an older checkout for compiled; and tests have the path of their checkout compiled in.
disown_other_checkout() {
  local mark=$NATIVE_TARGET/checkout crate
  [ "$(cat "$mark" 2>/dev/null)" != "$ROOT" ] || return 0
  for crate in "$ROOT"/crates/*/ msi-actions-admin; do
    rm -rf "$NATIVE_TARGET"/*/.fingerprint/"$(basename "$crate")"-????????????????
  done
  mkdir -p "$NATIVE_TARGET"
  echo "$ROOT" >"$mark"
}

# Becomes a command with the compiler of wasm builds, so that it is what is ended where the shell is.
for_wasm() { # COMMAND...
  local toolchain variables=("CARGO_TARGET_DIR=$WASM_TARGET")
  toolchain=$(wasm_toolchain) || die "the wasm32-unknown-unknown target is missing; run script/setup."
  [ -z "$toolchain" ] || variables+=("RUSTUP_TOOLCHAIN=$toolchain")
  exec env "${variables[@]}" "$@"
}

# Becomes the packaging of the app for trials or for development; what is shipped is built by script/build.
package() { # DIST [--watch]
  # Hidden types compile faster, too.
  RUSTFLAGS="-C target-feature=+simd128 --cfg erase_components" for_wasm node script/package.mjs "$@"
}

# The product's version.
product_version() { sed -nE 's/^version = "(.*)"$/\1/p' "$ROOT/Cargo.toml" | head -n 1; }

# What a version says that it is made of: MSI_COMMIT or, in a checkout, its last commit. Nothing where neither is there.
commit_name() {
  local commit=${MSI_COMMIT:-}
  if [ -z "$commit" ] && commit=$(git rev-parse --short=8 HEAD 2>/dev/null); then
    git diff --quiet HEAD || commit+=-changed
  fi
  echo "$commit"
}

# For programs that need no library of the machine that they run on. Such a program finds the C library's getrandom() by no name: it
# asks the kernel instead of a file that may not be there.
STATIC_FLAGS='-C target-feature=+crt-static --cfg getrandom_backend="linux_getrandom"'

# Of the workspace's packages, with sandbox mode: for everything but production.
WITH_SANDBOX=(--features server/sandbox)

# The server and the command line tool, unoptimised but for what they work at most: for trials, development and walks.
programs() { cargo_tests build --workspace "${WITH_SANDBOX[@]}" --bin server --bin roster --locked --quiet; }

# How long each part of a script took, and how much work that was for the processors, as a table for its end.
times=()
took() { # PART SECONDS [CPU_SECONDS]
  times+=("$(printf '%-12s %2d:%02d' "$1" $(($2 / 60)) $(($2 % 60)))${3:+$(printf '  %3d:%02d' $(($3 / 60)) $(($3 % 60)))}")
}
# What the commands of this shell, or of another one, have worked so far.
cpu_seconds() { # [PID]
  local clock ticks
  clock=$(getconf CLK_TCK)
  read -r -a ticks < <(sed 's/.*) //' "/proc/${1:-$$}/stat")
  echo $(((ticks[13] + ticks[14]) / clock))
}
say_times() {
  [ ${#times[@]} -eq 0 ] && return
  say "minutes that each part took, and minutes of one core"
  printf '    %s\n' "${times[@]}"
}
