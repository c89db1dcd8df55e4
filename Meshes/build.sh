#!/bin/bash
# Makes the sample meshes, their pictures and catalogue.json anew, in the desktop image's Blender: build.sh [<id> ...]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=${IMAGE:-guacaspire/blender:dev}
docker image inspect "$image" >/dev/null 2>&1 || {
    echo "the image $image is missing; build it first: docker build -t $image $here/../Images/blender" >&2
    exit 1
}
docker run --rm --network none --cpu-shares 64 --user "$(id -u):$(id -g)" -e HOME=/tmp -e SAMPLES="${SAMPLES:-160}" -e PYTHONDONTWRITEBYTECODE=1 -v "$here:/meshes" \
    --entrypoint blender "$image" -b --factory-startup --python /meshes/authoring/build.py -- /meshes "$@" |
    grep --line-buffered -E '^made |Error|Traceback|assert|^  File'
