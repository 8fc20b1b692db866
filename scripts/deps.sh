#!/usr/bin/env bash
# Installs the Debian packages that building Bellhop needs, and only those that are missing.
set -euo pipefail
wanted=(libcurl4-openssl-dev libyaml-dev libsqlite3-dev libsimdjson-dev)

command -v swift >/dev/null || { echo "swift is not on the PATH: install the Swift 6.2 (or later) toolchain from https://www.swift.org/install/linux/" >&2; exit 1; }
missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing from Debian: ${missing[*]}"
install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; }
# A new machine has no package lists yet; a used one need not fetch them again.
install >/dev/null 2>&1 || { "${as_root[@]}" apt-get update -q >/dev/null && install; }
