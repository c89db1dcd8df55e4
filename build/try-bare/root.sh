# shellcheck shell=bash
# Sourced by try-bare.sh: fills $root with a bare Debian $suite, the .NET SDK, Node, this machine's settings for packages, and a clone of
# what is committed here.

say "Making a bare Debian $suite in $root…"
case $suite in
  bookworm) libraries=ca-certificates,git,libicu72,libssl3 ;;
  *) libraries=ca-certificates,git,libicu76,libssl3t64 ;;
esac
sources "$suite" "$place" >"$place/sources"
[ -s "$place/sources" ] || fail "This machine's package sources do not carry Debian $suite."
options=()
while read -r option; do options+=(--aptopt="$option"); done < <(archive_options)
chmod 755 "$place"
# shellcheck disable=SC2016
mmdebstrap --quiet --variant=minbase --include="$libraries" "${options[@]}" --skip=cleanup/apt \
  --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*' "$suite" "$root" "$place/sources" \
  || fail "It could not be made; mmdebstrap's message is above."

say "Putting in the .NET SDK, Node and this machine's settings for packages…"
put() { [ ! -e "$1" ] || { mkdir -p "$root$(dirname "$2")" && cp -a "$1" "$root$2"; }; }
put "$(dirname "$(realpath "$(command -v dotnet)")")" /usr/share/dotnet
ln -s /usr/share/dotnet/dotnet "$root/usr/local/bin/dotnet"
put "$(realpath "$(command -v node)")" /usr/local/bin/node
put "$(dirname "$(dirname "$(realpath "$(command -v npm)")")")" /usr/local/lib/node_modules/npm
for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"; done
put "$(npm config get globalconfig)" /usr/local/etc/npmrc
put "$HOME/.npmrc" /root/.npmrc
put "$HOME/.nuget/NuGet/NuGet.Config" /root/.nuget/NuGet/NuGet.Config
rm -rf "$root/etc/ssl/certs" "$root/etc/resolv.conf"
put /etc/ssl/certs /etc/ssl/certs
put /usr/local/share/ca-certificates /usr/local/share/ca-certificates
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '127.0.0.1 localhost bare\n::1 localhost\n' >"$root/etc/hosts"
git clone --quiet --no-local . "$root/root/GuacAspire"
