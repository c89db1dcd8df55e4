# shellcheck shell=bash
# The docker client. Aspire's orchestrator wants one of version 25 or newer in PATH, with buildx, and waits for ever where there is none.
# A plain 'dotnet run --project AppHost' needs the same, and brings nothing.

client_oldest=25
# In the user's data, not in this clone: every clone uses it. Not in a cache: the client's own folder has a link to buildx there.
client_folder=${XDG_DATA_HOME:-${HOME:-/root}/.local/share}/guacaspire/docker

client_is_new() { local version; version=$(docker --version 2>/dev/null) && newer "${version#Docker version }"; }
newer() { local major=${1#*:}; major=${major%%.*}; [[ $major =~ ^[0-9]+$ ]] && [ "$major" -ge "$client_oldest" ]; }
has_buildx() { docker buildx version >/dev/null 2>&1; }

use_fetched_client() { [ ! -x "$client_folder/docker" ] || client_is_new || PATH=$client_folder:$PATH; }

need_client() {
  client_is_new && has_buildx && return
  locked "$(machine_lock client)" "fetching the docker client" get_client
  use_fetched_client
  client_is_new && has_buildx \
    || fail "The docker client that was fetched does not run here: $(docker --version 2>&1 | tail -1). $(client_advice)"
}

client_advice() {
  echo "Install a docker client of version $client_oldest or newer, with buildx (https://docs.docker.com/engine/install/), then start again."
}

get_client() {
  # Perhaps the run that was waited for has fetched it.
  use_fetched_client
  client_is_new && has_buildx && return
  ! can_install || install_client
  client_is_new && has_buildx || fetch_client
}

# The distribution's own, where it is new enough; a client that somebody chose stays as it is.
install_client() {
  local package packages=()
  locked "$(machine_lock packages)" "installing packages" update_lists
  if ! have docker; then
    # Debian 13 has a package for it alone; elsewhere it comes with the engine.
    for package in docker-cli docker.io; do
      if newer "$(candidate "$package")"; then packages+=("$package"); break; fi
    done
    [ ${#packages[@]} != 0 ] || return 0
  fi
  [ -z "$(candidate docker-buildx)" ] || packages+=(docker-buildx)
  [ ${#packages[@]} = 0 ] || add_packages "${packages[@]}"
}

candidate() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -nE 's/^  Candidate: ([^(].*)/\1/p'; }

# Debian 13's, which asks for nothing but a C library of 2022, unpacked into a folder of ours. This needs no root.
fetch_client() {
  have apt-get && have dpkg-deb \
    || fail "No docker client will do ($(docker --version 2>/dev/null || echo none is here)$(has_buildx || echo ', no buildx')). $(client_advice)"
  say "Fetching a docker client from Debian 13's packages, for this system alone ($client_folder)…"
  (unpack_client "$temporary/client") || exit 1
  use_fetched_client
  link_buildx
}

unpack_client() {
  local work=$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg state name
  # Where apt downloads as a user of its own.
  chmod 755 "${work%/*}"
  mkdir -p "$work"/{state/lists/partial,cache/archives/partial,packages}
  : >"$work/status"
  sources trixie "$work" >"$work/found"
  # Other distributions' archives do not carry it; theirs have a client of their own that is new enough.
  grep -q ' trixie main' "$work/found" || fail "This machine's archives do not carry Debian 13, whose docker client would do. $(client_advice)"
  [ -f "$keys" ] || ! can_install || add_packages debian-archive-keyring
  sed -E "s|^deb |deb [$([ ! -f "$keys" ] || echo "signed-by=$keys")] |; s/ \[\]//" "$work/found" >"$work/sources.list"
  state=(-o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache"
    -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null)
  apt_get "${state[@]}" update -qq || fail "Debian 13's list of packages could not be fetched: $(apt_trouble "$(client_advice)")"
  apt_unreachable=$(grep -m1 'Failed to fetch' "$log" || true)
  cd "$work/packages" || fail "The folder for packages could not be made."
  apt_get "${state[@]}" download -qq docker-cli docker-buildx || fail "A docker client could not be fetched: $(apt_trouble "$(client_advice)")"
  for name in *.deb; do
    dpkg-deb --extract "$name" "$work/root" 2>"$log" || fail "$name could not be unpacked: $(apt_trouble "$mend")"
  done
  rm -f ./*.deb
  mkdir -p "$client_folder"
  # Renamed into its place: nobody ever finds half of it there.
  for name in usr/bin/docker usr/libexec/docker/cli-plugins/docker-buildx; do
    { cp "$work/root/$name" "$client_folder/.new" && mv "$client_folder/.new" "$client_folder/${name##*/}"; } 2>"$log" \
      || fail "The docker client could not be put into $client_folder: $(apt_trouble "$mend")"
  done
}

# The client finds buildx in folders that only root may write to, and in its own; one link in there changes no setting of the user's.
link_buildx() {
  has_buildx && return
  local plugins=${DOCKER_CONFIG:-${HOME:-/root}/.docker}/cli-plugins
  [ ! -f "$plugins/docker-buildx" ] || [ -L "$plugins/docker-buildx" ] \
    || fail "$plugins/docker-buildx does not run. Mend or remove it, then start again."
  { mkdir -p "$plugins" && ln -sfn "$client_folder/docker-buildx" "$plugins/docker-buildx"; } 2>"$log" \
    || fail "buildx could not be added to the docker client: $(tail -1 "$log"). $(client_advice)"
}
