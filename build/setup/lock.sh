# shellcheck shell=bash
# Whatever installs, downloads, builds or starts something that another run could be at as well goes one after the other.

# locked FILE DOING COMMAND…: runs the command, or function, while no other run holds that file. What it leaves running (an engine, a
# build server) does not inherit the lock. Whoever had to wait may find its work done by then, so a command looks again.
locked() {
  local file=$1 doing=$2; shift 2
  { flock -n 9 || { say "Another run is $doing; waiting for it…"; flock 9; }; "$@" 9>&-; } 9>"$file"
}

# One for all of this user's clones on this machine, and for Images/debian-base.sh.
machine_lock() { echo "${TMPDIR:-/tmp}/guacaspire-$1-$(id -u).lock"; }
