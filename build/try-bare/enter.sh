#!/usr/bin/env bash
# The first process on the bare machine: makes the folder its root and goes on there. Its mounts are its own.
set -euo pipefail
root=$1; shift
hostname bare
mount --bind "$root" "$root"
cd "$root"
mount --rbind /sys sys
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs tmpfs run
mkdir -p run/lock old
pivot_root . old
cd /root/GuacAspire
umount -l /old
rmdir /old
if [ "$2" = shell ]; then bash; else bash build/try-bare/inside.sh "$@"; fi
