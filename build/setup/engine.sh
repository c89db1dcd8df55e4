# shellcheck shell=bash
# The container engine: the one that runs, else the distribution's, installed and started here if we may.

engine_log=/var/log/guacaspire-dockerd.log

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

need_engine() {
  use_fetched_client
  # Quick where all is well: one question that only a client with buildx and an engine with BuildKit answer.
  client_is_new && builder_answers && return
  need_client
  if ! engine_answers; then
    [ -z "${DOCKER_HOST:-}" ] || fail "No container engine answers at $DOCKER_HOST. Start it, or unset DOCKER_HOST to use a local one."
    have dockerd || [ -d /run/systemd/system ] || need dockerd docker.io
    engine_answers || is_root \
      || fail "No container engine answers, and starting one needs root. Start it (sudo systemctl start docker), make sure that\
 you may use it (sudo usermod -aG docker $(id -un), then log in again), and start again."
    locked "$(machine_lock engine)" "starting the container engine" start_engine
  fi
  # An engine that was just installed may have brought an older client, which stands before the other in PATH.
  need_client
  builder_answers \
    || fail "The container engine builds no images by BuildKit: $(grep -m1 -i error <<<"$builder"). Update it to Docker Engine 20.10 or newer, then start again."
}

start_engine() {
  ! engine_answers || return 0
  need dockerd docker.io
  need iptables iptables
  # Installing it may have started it.
  ! engine_answers || return 0
  say "Starting the container engine…"
  if [ -d /run/systemd/system ]; then
    systemctl start docker >"$log" 2>&1 || fail "The container engine did not start: $(tail -1 "$log"). See: journalctl -u docker"
  else
    remove_stale
    # A session of its own: Ctrl-C here must not reach it. With live-restore, desktops outlive a restart of it.
    setsid -f dockerd --live-restore >"$engine_log" 2>&1 </dev/null
  fi
  local tries
  for tries in $(seq 1 240); do
    ! engine_answers || return 0
    # It notes its number as its first act, and takes the note away when it gives up.
    [ "$tries" -lt 10 ] || [ -f /var/run/docker.pid ] || [ -d /run/systemd/system ] || break
    sleep 0.5
  done
  [ -d /run/systemd/system ] || fail "The container engine did not start: $(tail -1 "$engine_log"). See $engine_log"
  fail "The container engine started but does not answer: $(docker version 2>&1 >/dev/null | tail -1). See: journalctl -u docker"
}

# What an engine that was killed has left: its number may be another process's by now, and then it would not start.
remove_stale() {
  local file
  for file in /var/run/docker.pid /run/docker/containerd/containerd.pid; do
    [ ! -f "$file" ] || grep -qsE '^(dockerd|containerd)$' "/proc/$(cat "$file")/comm" || rm -f "$file"
  done
}

# Images are built by the engine's own BuildKit.
builder_answers() { builder=$(docker buildx inspect "$(docker context show)" 2>&1) && ! grep -qi '^error:' <<<"$builder"; }
