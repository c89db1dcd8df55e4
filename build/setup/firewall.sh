# shellcheck shell=bash
# Desktops run strangers' code, and an internal network does not keep a container from the host's own addresses, nor from guacd's
# port. Their bridges are called gad-…: one rule drops new connections from them to the host, the other all between
# containers on them but VNC, for which guacd comes to the desktop.
need_firewall() {
  local to_host=(INPUT -i gad-+ -m conntrack --ctstate NEW -j DROP)
  # Not in DOCKER-USER: whenever the engine makes a network it takes the way there away for a moment. This table it leaves alone.
  local between=(FORWARD -t mangle -i gad-+ -o gad-+ -p tcp ! --dport 5900 -m conntrack --ctstate NEW -j DROP)
  have iptables || ! can_install || need iptables iptables
  if ! is_root || ! have iptables; then
    say "Not root, or without iptables: make sure that desktops are walled in, with: sudo iptables -I ${to_host[*]}; sudo iptables -I ${between[*]}"
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

