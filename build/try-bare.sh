#!/usr/bin/env bash
# Tries the README's two commands on a bare machine: a fresh Debian with the .NET SDK, Node and nothing else, in a folder of its own.
# usage (as root): build/try-bare.sh bookworm|trixie [run|test|both|shell]     "run", what is done unless told otherwise, starts twice
#
# What is committed here is cloned into it. Its processes, mounts and network are its own, so its engine, its ports and its firewall do
# not meet this machine's; the kernel, certificates and package sources are this machine's. Takes half an hour and more, and about 12 GB
# of disk until it ends.
# A proxy or mirror on this machine's own loopback address cannot be reached from there.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/setup.sh

suite=${1:-}; what=${2:-run}
[[ $suite =~ ^(bookworm|trixie)$ && $what =~ ^(run|test|both|shell)$ ]] || fail "usage: $0 bookworm|trixie [run|test|both|shell]"
is_root || fail "This needs root: it makes a root folder, a network and mounts."
need mmdebstrap mmdebstrap
need ip iproute2
need iptables iptables
need git git

place=$(mktemp -d "${TMPDIR:-/tmp}/guacaspire-bare-XXXXXX")
root=$place/root
net=${place##*-}
# A network of two addresses, which differs from one such machine to the next.
subnet=10.213.$((RANDOM % 256)).$((RANDOM % 64 * 4))
gateway=${subnet%.*}.$((${subnet##*.} + 1)); address=${subnet%.*}.$((${subnet##*.} + 2))
forward=(-m comment --comment "guacaspire-bare-$net" -j ACCEPT)

end() {
  trap '' HUP INT TERM
  [ -z "${inside:-}" ] || { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null || true
  ip netns delete "ga-$net" 2>/dev/null || true
  iptables -w -D FORWARD -i "ga-$net" "${forward[@]}" 2>/dev/null || true
  iptables -w -D FORWARD -o "ga-$net" "${forward[@]}" 2>/dev/null || true
  iptables -w -t nat -D POSTROUTING -s "$subnet/30" -j MASQUERADE 2>/dev/null || true
  # Killed containers leave their control groups.
  for container in "$root"/var/lib/docker/containers/*; do
    find /sys/fs/cgroup -depth -type d -path "*/${container##*/}*" -exec rmdir {} + 2>/dev/null || true
  done
  # Its mounts went with its processes; a folder in which one is left is not to be removed.
  for _ in $(seq 1 20); do
    rm -rf --one-file-system "$place" 2>/dev/null && break
    sleep 0.5
  done
  rm -f "$log"
}
trap end EXIT
trap 'exit 130' HUP INT TERM

. build/try-bare/root.sh

say "Making its network…"
ip netns add "ga-$net"
ip link add "ga-$net" type veth peer name eth0 netns "ga-$net"
ip address add "$gateway/30" dev "ga-$net"
ip link set "ga-$net" up
ip -n "ga-$net" address add "$address/30" dev eth0
ip -n "ga-$net" link set eth0 up
ip -n "ga-$net" link set lo up
ip -n "ga-$net" route add default via "$gateway"
iptables -w -I FORWARD -i "ga-$net" "${forward[@]}"
iptables -w -I FORWARD -o "ga-$net" "${forward[@]}"
iptables -w -t nat -A POSTROUTING -s "$subnet/30" -j MASQUERADE
echo 1 >/proc/sys/net/ipv4/ip_forward

# What tells programs of certificates, proxies and package sources is a property of this machine.
mapfile -t environment < <(env | grep -iE '^[^=]*(CERT|CAINFO|CA_BUNDLE|CAFILE|PROXY|NUGET|NPM_CONFIG)[^=]*=')
# The container engine refuses to start containers in a mere chroot. The first process there is a shell, which buries those that die
# without parents.
enter=(nsenter --net="/run/netns/ga-$net" unshare --mount --pid --ipc --uts --fork --kill-child
  env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${environment[@]}"
  bash build/try-bare/enter.sh "$root" "$suite" "$what")
if [ "$what" = shell ]; then
  "${enter[@]}"
else
  "${enter[@]}" </dev/null &
  inside=$!
  wait "$inside"
fi
