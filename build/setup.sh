# Sourced by ./run and ./test: brings the machine to where the AppHost can start, and says what it does.

say() { printf '\033[1m>\033[0m %s\n' "$*"; }
fail() { printf '\033[31m%s\033[0m\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
can_install() { [ "$(id -u)" = 0 ] && have apt-get; }

# need COMMAND PACKAGE…: installs Debian packages for a missing command where we may, otherwise says what to install.
need() {
  local command=$1; shift
  have "$command" && return
  can_install || fail "'$command' is missing. Install $* (on Debian and Ubuntu: sudo apt-get install $*), then start again."
  if [ -z "${apt_updated:-}" ]; then
    say "Asking the distribution for its list of packages…"
    apt-get update -qq >"$log" 2>&1 || fail "apt-get update failed: $(tail -1 "$log")"
    apt_updated=1
  fi
  say "Installing $*…"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 \
    || fail "$* could not be installed: $(grep -m1 '^E:' "$log" || tail -1 "$log")"
}

need_dotnet() {
  have dotnet || fail "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0), then start again."
  dotnet --version >/dev/null 2>&1 || fail "The .NET 10 SDK is missing; installed: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' '). Install 10.0 or newer, then start again."
}

need_node() {
  have npm && have node || fail "Node.js 20 or newer with npm is missing (it builds the portal's TypeScript). Install nodejs and npm, then start again."
}

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# A container engine that answers: the one that runs, else the distribution's, installed and started here if we may.
need_engine() {
  have docker && engine_answers && return
  if [ -n "${DOCKER_HOST:-}" ]; then
    fail "No container engine answers at $DOCKER_HOST. Start it, or unset DOCKER_HOST to use a local one."
  fi
  need docker docker.io
  engine_answers && return
  [ "$(id -u)" = 0 ] || fail "No container engine answers, and starting one needs root. Start it (sudo systemctl start docker), make sure that you may use it (sudo usermod -aG docker $(id -un), then log in again), and start again."
  need dockerd docker.io
  need iptables iptables
  say "Starting the container engine…"
  if [ -d /run/systemd/system ]; then
    systemctl start docker >"$log" 2>&1 || fail "The container engine did not start: $(tail -1 "$log"). See: journalctl -u docker"
  else
    # What an engine that was killed has left: its number may be another process's by now, and then it would not start.
    for file in /var/run/docker.pid /run/docker/containerd/containerd.pid; do
      [ ! -f "$file" ] || grep -qsE '^(dockerd|containerd)$' "/proc/$(cat "$file")/comm" || rm -f "$file"
    done
    # A session of its own: Ctrl-C here must not reach it. With live-restore, desktops outlive a restart of it.
    setsid -f dockerd --live-restore >/var/log/guacaspire-dockerd.log 2>&1 </dev/null
  fi
  for _ in $(seq 1 60); do
    engine_answers && return
    sleep 0.5
  done
  fail "The container engine did not start: $(tail -1 /var/log/guacaspire-dockerd.log 2>/dev/null). See /var/log/guacaspire-dockerd.log"
}

# Desktops run strangers' code, and an internal network does not keep a container from the host's own addresses, nor from guacd's
# port. Their bridges are called gad-…: one rule drops new connections from them to the host, the other all between
# containers on them but VNC, for which guacd comes to the desktop.
need_firewall() {
  local to_host=(INPUT -i gad-+ -m conntrack --ctstate NEW -j DROP)
  # Not in DOCKER-USER: whenever the engine makes a network it takes the way there away for a moment. This table it leaves alone.
  local between=(FORWARD -t mangle -i gad-+ -o gad-+ -p tcp ! --dport 5900 -m conntrack --ctstate NEW -j DROP)
  if [ "$(id -u)" != 0 ] || ! have iptables; then
    say "Not root: make sure that desktops are walled in, with: sudo iptables -I ${to_host[*]}; sudo iptables -I ${between[*]}"
    return
  fi
  # Without it the second rule would not see what one bridge forwards.
  modprobe br_netfilter 2>/dev/null || true
  [ ! -w /proc/sys/net/bridge/bridge-nf-call-iptables ] || echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
  need_rule "${to_host[@]}"
  need_rule "${between[@]}"
}

need_rule() {
  iptables -w -C "$@" 2>/dev/null || iptables -w -I "$@" 2>"$log" \
    || say "A firewall rule for desktops could not be set ($(tail -1 "$log")): iptables -I $*"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
