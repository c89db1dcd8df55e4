# shellcheck shell=bash
# Debian's packages, installed where we may.

have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
can_install() { is_root && have apt-get; }

# need COMMAND PACKAGE…: installs Debian packages for a missing command where we may, otherwise says what to install.
need() {
  local command=$1; shift
  have "$command" && return
  can_install || fail "'$command' is missing. Install $* (on Debian and Ubuntu: sudo apt-get install $*), then start again."
  add_packages "$@"
}

add_packages() { locked "$(machine_lock packages)" "installing packages" add_packages_now "$@"; }

add_packages_now() {
  local missing=() package
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} != 0 ] || return 0
  update_lists
  say "Installing ${missing[*]}…"
  apt_install "${missing[@]}" && return
  # Ctrl-C, or the power, has ended an installation before; whose does not matter.
  if grep -q 'dpkg --configure -a' "$log"; then
    say "Finishing an installation that was interrupted…"
    DEBIAN_FRONTEND=noninteractive dpkg --configure -a >"$log" 2>&1 </dev/null && apt_install "${missing[@]}" && return
  fi
  fail "${missing[*]} could not be installed: $(apt_trouble "$mend")"
}

apt_install() { DEBIAN_FRONTEND=noninteractive apt_get install -y -qq --no-install-recommends "$@"; }

# Once in a run: what a list of last month names is no longer to be had.
update_lists() {
  [ -z "${apt_updated:-}" ] || return 0
  say "Asking the distribution for its list of packages…"
  apt_get update -qq || fail "The distribution's list of packages could not be fetched: $(apt_trouble "$mend")"
  # Where an archive does not answer, apt goes on with what it knew, and only says so.
  apt_unreachable=$(grep -m1 'Failed to fetch' "$log" || true)
  apt_updated=1
}

# apt, so that it ends: a server that falls silent is given up, and after ten minutes so is another program that keeps apt to itself.
apt_get() {
  local start=$SECONDS told=
  # Without its own waiting, which says nothing, and which the lock of the lists does not have.
  until LC_ALL=C apt-get -o DPkg::Lock::Timeout=0 -o Acquire::Retries=2 \
    -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 "$@" >"$log" 2>&1 </dev/null; do
    grep -q 'Could not get lock' "$log" && [ $((SECONDS - start)) -lt 600 ] || return 1
    [ -n "$told" ] || say "Another program is using apt; waiting for it…"
    told=1
    sleep 1
  done
}

mend='Mend that, then start again.'

# apt_trouble ADVICE: what was wrong, and what to do, in one line.
apt_trouble() {
  local fetch
  fetch=$(grep -m1 'Failed to fetch' "$log" || true)
  if grep -qE 'No space left|enough free space' "$log"; then
    # Packages that are half unpacked stand in the way of whatever is installed later.
    echo "the disk is full. Free some space (df -h)$(! grep -q dpkg "$log" || echo ", run 'apt-get -f install'"), then start again."
    return
  fi
  # What an archive that did not answer would have named is not known here.
  [ -n "$fetch" ] || ! grep -qE 'Unable to locate|no installation candidate' "$log" || fetch=${apt_unreachable:-}
  if [ -n "$fetch" ]; then
    echo "an archive does not answer (${fetch#?: }). See to the network, then start again."
  else
    echo "$(grep -m1 '^E:' "$log" || tail -1 "$log") $1"
  fi
}
