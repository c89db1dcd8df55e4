# shellcheck shell=bash
# Containers reach the host's projects by a tunnel, whose image Aspire's orchestrator builds on a base from Microsoft's registry. It has
# no setting for another one. What it puts on it is one static program: any base will do that bears the name.

tunnel_base=mcr.microsoft.com/azurelinux/base/core:3.0

need_tunnel_base() {
  has_tunnel_base && return
  locked "$(machine_lock tunnel)" "getting the base of Aspire's tunnel" get_tunnel_base
}

has_tunnel_base() { docker image inspect "$tunnel_base" >/dev/null 2>&1; }

get_tunnel_base() {
  ! has_tunnel_base || return 0
  say "Asking a registry for the base of Aspire's tunnel…"
  ! pull_tunnel_base || return 0
  say "No registry answers: Aspire's tunnel gets a Debian made here for its base, under the name of $tunnel_base."
  need mmdebstrap mmdebstrap
  "$setup/../../Images/debian-base.sh" trixie \
    || fail "Without that base no container can reach a service. See the line above, then start again."
  docker tag guacaspire-debian:trixie "$tunnel_base" \
    || fail "The base of Aspire's tunnel could not be tagged. See the line above, then start again."
}

# A registry that says nothing at all is none; one that answers slowly is waited for.
pull_tunnel_base() {
  local waited=0
  docker pull "$tunnel_base" >"$log" 2>&1 &
  while kill -0 $! 2>/dev/null; do
    if [ "$waited" -ge 40 ] && ! grep -q 'Pulling from' "$log" || [ "$waited" -ge 1200 ]; then
      kill $!
      break
    fi
    sleep 0.5
    waited=$((waited + 1))
  done
  wait $! && return
  ! grep -q 'no space left' "$log" || fail "The disk is full. Free some space (df -h; docker system df), then start again."
  return 1
}
