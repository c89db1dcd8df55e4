#!/bin/sh
# own-engine.sh DIRECTORY IMAGE...: makes a place for a container engine of a test's own, beside the machine's: network, mounts and
# processes of its own, in DIRECTORY. Prints the number of a process in it. When standard input ends, which it does however the test
# ends, everything in it is killed, and nothing of it stays.
directory=$1; shift
trap '' HUP INT TERM
unshare --net --mount sh -ec '
  directory=$1; shift
  # The images that are needed are there, in layers that nobody changes: to copy them takes most of a minute.
  share() {
    root=$(docker info --format "{{.DockerRootDir}}")
    id=$(docker image inspect --format "{{.Id}}" "$1"); id=${id#sha256:}
    from=$root/image/overlay2; to=$directory/data/image/overlay2; layers=$directory/data/overlay2
    # Where the engine keeps its images otherwise, they are copied after all.
    [ -f "$from/imagedb/content/sha256/$id" ] || return 0
    mkdir -p "$to/imagedb/content/sha256" "$to/imagedb/metadata/sha256" "$to/layerdb/sha256" "$layers/l"
    cp "$from/imagedb/content/sha256/$id" "$to/imagedb/content/sha256/"
    chain=
    for layer in $(docker image inspect --format "{{join .RootFS.Layers \" \"}}" "$1"); do
      [ -z "$chain" ] && chain=${layer#sha256:} || chain=$(printf "sha256:%s %s" "$chain" "$layer" | sha256sum | cut -d" " -f1)
      [ ! -d "$to/layerdb/sha256/$chain" ] || continue
      cp -R "$from/layerdb/sha256/$chain" "$to/layerdb/sha256/"
      cache=$(cat "$from/layerdb/sha256/$chain/cache-id")
      mkdir "$layers/$cache"
      for file in link lower committed; do
        [ ! -f "$root/overlay2/$cache/$file" ] || cp "$root/overlay2/$cache/$file" "$layers/$cache/"
      done
      ln -s "$root/overlay2/$cache/diff" "$layers/$cache/diff"
      ln -s "../$cache/diff" "$layers/l/$(cat "$layers/$cache/link")"
    done
  }
  for image; do share "$image"; done
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  # What the machine offers there is not for a second engine: a message bus, the other engine.
  mount -t tmpfs tmpfs /run
  ip link set lo up
  # Bash also buries who dies there without parents: an engine waits for what seems to run.
  exec unshare --pid --fork --kill-child bash -ec "mount -t proc proc /proc; echo $$; read -r end"
' sh "$directory" "$@"
find /sys/fs/cgroup -depth -type d -path "*/$(basename "$directory")*" -exec rmdir {} + 2>/dev/null
rm -rf "$directory"
