#!/usr/bin/env bash
# Rings a bell under a real kernel: Debian's own in qemu, with simulated GPIO chips, busybox and the built binary.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-.build/debug/bellhop}
[ -x "$binary" ] || { echo "$binary is not there: build it first (make test-kernel does)" >&2; exit 1; }
. scripts/kernel.sh
need qemu-system-x86_64:qemu-system-x86 gcc:gcc make:make cpio:cpio xz:xz-utils zstd:zstd bc:bc
fetch_kernel

disk=$(mktemp -d)
trap 'rm -rf "$disk"' EXIT
new_disk "$disk"
echo 'gpio_mockup_ranges=0,54,512,566' > "$disk/modules/gpio-mockup.options"
install -m 755 Tests/Kernel/init "$disk/init"
echo 'root:x:0:0:root:/:/bin/sh' > "$disk/etc/passwd"
echo 'root:x:0:' > "$disk/etc/group"
strip -o "$disk/bin/bellhop" "$binary"
put_libraries "$disk" "$binary"
boot_disk "$disk" kernel 1024 rdinit=/init
