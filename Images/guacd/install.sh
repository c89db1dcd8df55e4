#!/bin/bash
# Installs guacd with VNC, and the user that it runs as.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
install=(apt-get install -y --no-install-recommends guacd libguac-client-vnc0)

apt-get update
# Bullseye is archived bit by bit, and its security archive announces packages that are not there any more.
# What cannot be fetched from there is taken from the release itself.
"${install[@]}" || {
    echo "WARNING: not all of guacd's packages could be fetched; taking libvncclient1 from $suite itself." >&2
    "${install[@]}" "libvncclient1/$suite"
}

rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
useradd --uid 1000 --user-group --home-dir /tmp --no-create-home guacamole
