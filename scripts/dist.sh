#!/usr/bin/env bash
# Packs a built binary for machines like this one: stripped, with its service, its docs and the licences of what is in it.
# Usage: dist.sh BINARY CHECKOUTS OUT
set -euo pipefail
binary=$(realpath "$1") checkouts=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/.."
version=$("$binary" --version)
name=bellhop-$version-linux-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
place=$work/$name
mkdir -p "$place"/{bin,systemd,doc,licences}

strip -o "$place/bin/bellhop" "$binary"
cp packaging/{bellhop.service,sysusers.conf,gpio.rules} "$place/systemd/"
cp packaging/install.sh "$place/"
cp packaging/office.yaml config.example.yaml README.md "$place/doc/"
cp -r docs/. "$place/doc/"

# What it loads on the machine it goes to, by the names of Debian's packages; of a library that another one brings, apt knows.
needed=$(readelf -d "$place/bin/bellhop" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
for library in $needed; do
  path=$(ldd "$place/bin/bellhop" | awk -v name="$library" '$1 == name { print $3 }')
  [ -n "$path" ] || continue
  # Where /lib is a link to /usr/lib, dpkg knows a file by one of the two names.
  dpkg-query -S "$path" 2>/dev/null || dpkg-query -S "/usr$path" 2>/dev/null || true
done | cut -d: -f1 | sort -u | grep -vxE 'libc6|libgcc-s1|libstdc\+\+6|zlib1g' | tr '\n' ' ' | sed 's/ $//' > "$place/packages"

for folder in "$checkouts"/*/; do
  package=$(basename "$folder")
  for file in "$folder"{LICENSE,NOTICE}*; do
    [ -f "$file" ] && install -D -m 644 "$file" "$place/licences/$package/$(basename "$file")"
  done
done
runtime=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
install -D -m 644 "$runtime/../../share/swift/LICENSE.txt" "$place/licences/swift/LICENSE.txt"

# The same files make the same archive.
chmod -R u=rwX,go=rX "$place"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct 2>/dev/null || echo 0)" -cf - "$name" |
  gzip -9n > "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
echo "$out/$name.tar.gz"
