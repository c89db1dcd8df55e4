#!/bin/bash
# Makes the base image guacaspire-debian:<suite> out of Debian's packages, for machines that reach no image registry.
# usage: debian-base.sh <suite> [<suite> ...]      e.g. debian-base.sh trixie bullseye
set -euo pipefail

setup=$(dirname "$(realpath "$0")")/../build/setup
for part in lock packages archive; do
    # shellcheck source=/dev/null
    . "$setup/$part.sh"
done

say() { echo "debian-base: $*"; }
fail() { echo "debian-base: $*" >&2; exit 1; }

[ $# -gt 0 ] || fail "which suite? e.g. $0 trixie"
have docker || fail "the docker client is missing. Install it (Debian: apt-get install docker.io) and run this again."
docker version --format '{{.Server.Version}}' >/dev/null 2>&1 ||
    fail "no container engine answers. Start it, or give this user access to its socket, and run this again."

present() { docker image inspect "guacaspire-debian:$1" >/dev/null 2>&1; }

need_namespaces() {
    is_root && return
    have newuidmap && grep -q "^$(id -un):" /etc/subuid 2>/dev/null ||
        fail "run this as root once, or install the package uidmap and give $(id -un) a range in /etc/subuid and /etc/subgid."
}

make() {
    local suite=$1 options=() option
    sources "$suite" "$work" >"$work/sources"
    if grep -q " $suite main" "$work/sources"; then
        set -- "$work/sources"
        grep -q ' https:' "$work/sources" && options+=(--include=ca-certificates)
    else
        say "this machine's apt sources do not carry Debian $suite; trying mmdebstrap's own default"
        set --
    fi
    while read -r option; do options+=(--aptopt="$option"); done < <(archive_options)
    say "making guacaspire-debian:$suite from Debian's packages (about 20 s)"
    # shellcheck disable=SC2016
    mmdebstrap --quiet --variant=minbase "${options[@]}" --aptopt='Acquire::Retries "2"' --aptopt='Acquire::http::Timeout "30"' \
        --aptopt='Acquire::Languages "none"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --customize-hook='rm -rf "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*' \
        "$suite" "$work/root.tar" "$@" || fail "Debian $suite could not be put together; mmdebstrap's message is above."
    docker import --change 'CMD ["bash"]' "$work/root.tar" "guacaspire-debian:$suite" >/dev/null ||
        fail "the engine refused the image. Is its disk full? (df -h; docker system df)"
    say "guacaspire-debian:$suite is ready"
}

make_once() {
    if present "$1"; then say "guacaspire-debian:$1 is present"; return; fi
    work=$(mktemp -d)
    make "$1"
    rm -rf "$work"
}

log=$(mktemp)
work=
trap 'rm -rf "$log" "$work"' EXIT
for suite in "$@"; do
    [[ $suite =~ ^[a-z]+$ ]] || fail "'$suite' is not the name of a Debian suite"
    if present "$suite"; then say "guacaspire-debian:$suite is present"; continue; fi
    need mmdebstrap mmdebstrap
    need_namespaces
    # Two clones may start together.
    locked "$(machine_lock "debian-$suite")" "making that base image" make_once "$suite"
done
