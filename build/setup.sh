# shellcheck shell=bash
# Sourced by ./run and ./test: brings the machine to where the AppHost can start, and says what it does.

say() { printf '\033[1m>\033[0m %s\n' "$*"; }
fail() { printf '\033[31m%s\033[0m\n' "$*" >&2; exit 1; }

setup=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/setup
for part in lock packages archive client engine firewall; do
  # shellcheck source=/dev/null
  . "$setup/$part.sh"
done

need_dotnet() {
  # Not "dotnet --version", which takes ten times as long.
  have dotnet && dotnet --list-sdks 2>/dev/null | grep '^10\.0\.' >/dev/null \
    || fail "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0), then start again."
}

need_node() {
  have npm && have node || fail "Node.js 20 or newer with npm is missing (it builds the portal's TypeScript). Install nodejs and npm, then start again."
}

# build PROJECT: one at a time in one clone; ./run and ./test write the same files. What nobody has changed since it was built is not looked
# through again, which takes as long as everything else that a second start does.
build() {
  mkdir -p artifacts
  locked artifacts/build.lock "building this clone" build_changed "$1"
}

build_changed() {
  local built=artifacts/built-${1%.sln} version; version=$(dotnet --version)
  ! is_built "$1" "$built" "$version" || return 0
  # What is changed while it is being built was not built.
  echo "$version" >"$built.new"
  build_now "$1"
  # The build itself has made folders.
  [ -n "$(changed_since "$built.new" f "$1")" ] || touch "$built.new"
  mv "$built.new" "$built"
}

is_built() {
  local outputs=("${1%.sln}" Gateway Provisioner Portal.Web) output
  outputs=("${outputs[@]/#GuacAspire/Tests\/System}")
  for output in "${outputs[@]}"; do
    compgen -G "$output/bin/Debug/net10.0/*.dll" >/dev/null || return 1
  done
  [ "$(cat "$2" 2>/dev/null)" = "$3" ] || return 1
  # A folder is changed when a file in it is removed.
  [ -z "$(changed_since "$2" f,d "$1")" ]
}

# changed_since FILE TYPES PROJECT: prints something that is newer, of what is written by people and goes into it.
changed_since() {
  local apart=()
  [ "$3" != AppHost ] || apart=(-o -path ./Tests -o -path ./Bench)
  find . \( -name .git -o -name bin -o -name obj -o -name node_modules -o -name artifacts -o -name TestResults -o -name __pycache__ \
    -o -path ./Portal.Web/wwwroot/js -o -path ./docs -o -path ./findings "${apart[@]}" \) -prune -o -type "$2" -newer "$1" -print -quit
}

build_now() {
  local silent
  dotnet build "$1" --nologo --verbosity quiet -clp:NoSummary >"$log" 2>&1 && return
  ! grep -qE 'No space left|ENOSPC' "$log" || fail "The disk is full. Free some space (df -h), then start again."
  silent=$(grep -oE -e 'Unable to load the service index for source [^ ]*' \
    -e 'npm (error|ERR!) (network|code E(AI_AGAIN|NOTFOUND|TIMEDOUT|CONN)).*' "$log" | sed -n 1p | grep .) \
    && fail "A source of packages does not answer (${silent:0:200}). See to the network, then start again."
  grep -E 'error|warning' "$log" | sort -u | head -40 || tail -20 "$log"
  fail "The build failed."
}

temporary=$(mktemp -d) || fail "No temporary folder can be made in ${TMPDIR:-/tmp}. Is the disk full? (df -h)"
trap 'rm -rf "$temporary"' EXIT
log=$temporary/log
