#!/bin/bash
# Makes the base image guacaspire-debian:<suite> out of Debian's packages, for machines that reach no image registry.
# usage: debian-base.sh <suite> [<suite> ...]      e.g. debian-base.sh trixie bullseye
set -euo pipefail

say() { echo "debian-base: $*"; }
fail() { echo "debian-base: $*" >&2; exit 1; }

[ $# -gt 0 ] || fail "which suite? e.g. $0 trixie"
command -v docker >/dev/null || fail "the docker client is missing. Install it (Debian: apt-get install docker.io) and run this again."
docker version --format '{{.Server.Version}}' >/dev/null 2>&1 ||
    fail "no container engine answers. Start it, or give this user access to its socket, and run this again."

present() { docker image inspect "guacaspire-debian:$1" >/dev/null 2>&1; }

need_mmdebstrap() {
    command -v mmdebstrap >/dev/null && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "mmdebstrap is missing. Install it as root (Debian, Ubuntu: apt-get install mmdebstrap) and run this again."
    say "installing mmdebstrap"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mmdebstrap; } >/dev/null ||
        fail "mmdebstrap could not be installed; apt-get's message is above."
}

need_namespaces() {
    [ "$(id -u)" = 0 ] && return
    command -v newuidmap >/dev/null && grep -q "^$(id -un):" /etc/subuid 2>/dev/null ||
        fail "run this as root once, or install the package uidmap and give $(id -un) a range in /etc/subuid and /etc/subgid."
}

# The machine's own sources, whatever their format: apt itself reads them.
archives() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk '$2 == "main" && $1 ~ /^https?:/ && !seen[$1]++ { print $1 }'
}

# Prints "deb <uri> <suite> main" for the first archive that carries that suite of Debian.
carried() {
    local suite=$1 label=$2 uri
    while read -r uri; do
        /usr/lib/apt/apt-helper download-file "${uri%/}/dists/$suite/InRelease" "$work/InRelease" >/dev/null 2>&1 || continue
        if grep -qx 'Origin: Debian' "$work/InRelease" && grep -qx "Label: $label" "$work/InRelease"; then
            echo "deb $uri $suite main"
            return
        fi
    done <"$work/archives"
}

make() {
    local suite=$1 options=() name value
    archives >"$work/archives" || true
    { carried "$suite" Debian; carried "$suite-updates" Debian; carried "$suite-security" Debian-Security; } >"$work/sources"
    if grep -q " $suite main" "$work/sources"; then
        set -- "$work/sources"
        grep -q ' https:' "$work/sources" && options+=(--include=ca-certificates)
    else
        say "this machine's apt sources do not carry Debian $suite; trying mmdebstrap's own default"
        set --
    fi
    # A proxy, or a mirror that is a snapshot, is a property of the machine too.
    while IFS='|' read -r name value; do
        options+=(--aptopt="$name \"$value\"")
    done < <(apt-config dump 2>/dev/null |
        sed -nE 's/^(Acquire::(https?::Proxy|Check-Valid-Until)) "(.+)";$/\1|\3/p')
    say "making guacaspire-debian:$suite from Debian's packages (about 20 s)"
    mmdebstrap --quiet --variant=minbase "${options[@]}" \
        --aptopt='Acquire::Languages "none"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --customize-hook='rm -rf "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*' \
        "$suite" "$work/root.tar" "$@" || fail "Debian $suite could not be put together; mmdebstrap's message is above."
    docker import --change 'CMD ["bash"]' "$work/root.tar" "guacaspire-debian:$suite" >/dev/null ||
        fail "the engine refused the image. Is its disk full? (df -h; docker system df)"
    say "guacaspire-debian:$suite is ready"
}

for suite in "$@"; do
    [[ $suite =~ ^[a-z]+$ ]] || fail "'$suite' is not the name of a Debian suite"
    if present "$suite"; then say "guacaspire-debian:$suite is present"; continue; fi
    need_mmdebstrap
    need_namespaces
    # One at a time on this machine: two clones may start together.
    exec 9>"${TMPDIR:-/tmp}/guacaspire-debian-$(id -u).lock"
    flock -n 9 || { say "another run is making a base image; waiting for it"; flock 9; }
    if present "$suite"; then say "guacaspire-debian:$suite is present"; exec 9>&-; continue; fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    make "$suite"
    rm -rf "$work"
    exec 9>&-
done
