# shellcheck shell=bash
# Where this machine gets Debian's packages from: its own sources, whatever their format, for other releases than its own.

# Prints the address of every archive.
archives() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 == "main" && $1 ~ /^https?:/ && !seen[$1]++ { print $1 }'
}

# sources SUITE FOLDER: prints "deb <address> <suite> main" for the suite, its updates and its security fixes, where an archive carries
# them.
sources() {
  local suite=$1 folder=$2
  archives >"$folder/archives" || true
  carried "$suite" Debian "$folder"; carried "$suite-updates" Debian "$folder"; carried "$suite-security" Debian-Security "$folder"
}

carried() {
  local suite=$1 label=$2 folder=$3 address
  while read -r address; do
    timeout 60 /usr/lib/apt/apt-helper download-file "${address%/}/dists/$suite/InRelease" "$folder/InRelease" >/dev/null 2>&1 || continue
    if grep -qx 'Origin: Debian' "$folder/InRelease" && grep -qx "Label: $label" "$folder/InRelease"; then
      echo "deb $address $suite main"
      return
    fi
  done <"$folder/archives"
}

# A proxy, or a mirror that is a snapshot, is a property of the machine too: prints 'name "value"' for each.
archive_options() {
  apt-config dump 2>/dev/null | sed -nE 's/^(Acquire::(https?::Proxy|Check-Valid-Until|Check-Date)) (".+");$/\1 \3/p'
}
