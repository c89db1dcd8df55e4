# shellcheck shell=bash
# Sourced by ./run and ./test: brings the machine to where the AppHost can start, and says what it does.

say() { printf '\033[1m>\033[0m %s\n' "$*"; }
fail() { printf '\033[31m%s\033[0m\n' "$*" >&2; exit 1; }

setup=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/setup
for part in lock packages archive client engine firewall tunnel; do
  # shellcheck source=/dev/null
  . "$setup/$part.sh"
done

need_dotnet() {
  have dotnet || fail "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0), then start again."
  dotnet --version >/dev/null 2>&1 || fail "The .NET 10 SDK is missing; installed: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' '). Install 10.0 or newer, then start again."
}

need_node() {
  have npm && have node || fail "Node.js 20 or newer with npm is missing (it builds the portal's TypeScript). Install nodejs and npm, then start again."
}

# build PROJECT: one at a time in one clone; ./run and ./test write the same files.
build() {
  mkdir -p artifacts
  locked artifacts/build.lock "building this clone" build_now "$1"
}

build_now() {
  dotnet build "$1" --nologo --verbosity quiet -clp:NoSummary >"$log" 2>&1 && return
  ! grep -q 'No space left' "$log" || fail "The disk is full. Free some space (df -h), then start again."
  grep -E 'error|warning' "$log" | sort -u | head -40 || tail -20 "$log"
  fail "The build failed."
}

temporary=$(mktemp -d) || fail "No temporary folder can be made in ${TMPDIR:-/tmp}. Is the disk full? (df -h)"
trap 'rm -rf "$temporary"' EXIT
log=$temporary/log
