#!/usr/bin/env bash
# Rings a bell under a real kernel: Debian's own in qemu, with simulated GPIO chips, busybox and the built binary.
# Everything comes from Debian by name; qemu is installed where it is missing, the rest is unpacked into .build-tools/kernel/.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-.build/debug/bellhop}
[ -x "$binary" ] || { echo "$binary is not there: build it first (make test-kernel does)" >&2; exit 1; }
place=$PWD/.build-tools/kernel
mkdir -p "$place/packages" "$place/modules"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
missing=()
for pair in qemu-system-x86_64:qemu-system-x86 gcc:gcc make:make cpio:cpio xz:xz-utils zstd:zstd bc:bc; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing from Debian for the test: ${missing[*]}"
  get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1; }
  get || { as_root apt-get update -q >/dev/null && get; }
fi

if [ ! -e "$place/ready" ]; then
  release=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: linux-image-//p')
  [ -n "$release" ] || { as_root apt-get update -q >/dev/null; release=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-//p'); }
  series=$(echo "$release" | cut -d. -f1,2)
  common=$(echo "$release" | sed 's/-amd64$/-common/')
  echo "Fetching from Debian for the test: the kernel $release, its headers and sources, busybox"
  (cd "$place/packages" && rm -f ./*.deb && apt-get download -q "linux-image-$release" "linux-headers-$release" "linux-headers-$common" \
    "linux-kbuild-$series" "linux-source-$series" busybox-static >/dev/null 2>&1)
  # gpio-sim and its like are not in Debian's kernel, but in its sources. The archive of all sources is large: only these are taken.
  for package in "$place"/packages/*.deb; do
    case $package in */linux-source*) ;; *) dpkg-deb -x "$package" "$place/root" ;; esac
  done
  drivers="linux-source-$series/drivers/gpio/gpio-sim.c linux-source-$series/drivers/gpio/gpio-mockup.c linux-source-$series/drivers/gpio/gpiolib.h linux-source-$series/kernel/irq/irq_sim.c"
  dpkg-deb --fsys-tarfile "$place"/packages/linux-source-*.deb | tar -xO "./usr/src/linux-source-$series.tar.xz" |
    xz -d -T0 | tar -x -C "$place" $drivers
  work=$place/modules
  for file in $drivers; do cp "$place/$file" "$work/"; done
  # Written to be part of the kernel: as a module it has to say so, and one function has another name for modules.
  { echo '#include <linux/module.h>'; sed 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' "$work/irq_sim.c"; echo 'MODULE_LICENSE("GPL");'; } > "$work/irq_sim.new"
  mv "$work/irq_sim.new" "$work/irq_sim.c"
  printf 'obj-m := irq_sim.o gpio-sim.o gpio-mockup.o\n' > "$work/Makefile"
  # The packages lie elsewhere than where their files look for each other.
  headers=$place/root/usr/src/linux-headers-$release
  sed -i "s|/usr/src/linux-headers-$common|$place/root/usr/src/linux-headers-$common|g; s|/usr/lib/linux-kbuild|$place/root/usr/lib/linux-kbuild|g" "$headers/Makefile"
  for link in "$headers/scripts" "$headers/tools" "$place/root/usr/src/linux-headers-$common/scripts" "$place/root/usr/src/linux-headers-$common/tools"; do
    [ -L "$link" ] && ln -sfn "$place/root/usr/lib/linux-kbuild-$series/$(basename "$link")" "$link"
  done
  make -C "$headers" M="$work" CC="${CC:-gcc}" modules > "$place/modules.log" 2>&1 || { tail -20 "$place/modules.log" >&2; exit 1; }
  echo "$release" > "$place/ready"
fi
release=$(cat "$place/ready")

# The machine's only file system: busybox, the modules, the binary and the libraries that it loads.
disk=$(mktemp -d)
trap 'rm -rf "$disk"' EXIT
mkdir -p "$disk"/{bin,modules,etc,tmp}
cp "$place"/root/bin/busybox "$disk/bin/busybox" 2>/dev/null || cp "$place"/root/usr/bin/busybox "$disk/bin/busybox"
cp "$place"/modules/*.ko "$disk/modules/"
cp "$place/root/lib/modules/$release/kernel/fs/configfs/configfs.ko" "$disk/modules/"
echo 'gpio_mockup_ranges=0,54,512,566' > "$disk/modules/gpio-mockup.options"
cp Tests/Kernel/init "$disk/init"
chmod +x "$disk/init"
echo 'root:x:0:0:root:/:/bin/sh' > "$disk/etc/passwd"
echo 'root:x:0:' > "$disk/etc/group"
strip -o "$disk/bin/bellhop" "$binary"
ldd "$binary" | grep -o '/[^ ]*' | sort -u | while read -r library; do install -D "$library" "$disk$library"; done
(cd "$disk" && find . | cpio -o -H newc 2>/dev/null | zstd -1 -q > "$place/disk.zst")

echo "Booting $release in qemu"
boot() {
  : > "$place/console"
  timeout 500 qemu-system-x86_64 -accel tcg -M microvm,pit=on,pic=on,rtc=on -cpu max -m 1024 -nodefaults -no-user-config -no-reboot \
    -display none -serial "file:$place/console" -kernel "$place/root/boot/vmlinuz-$release" -initrd "$place/disk.zst" \
    -append "console=ttyS0 quiet panic=-1 rdinit=/init" < /dev/null &
  machine=$!
  # Emulated, a machine now and then hangs before its kernel's first word; the test has not begun then.
  for _ in $(seq 120); do
    grep -q 'TEST kernel' "$place/console" && { wait "$machine" || true; return 0; }
    kill -0 "$machine" 2>/dev/null || return 1
    sleep 0.5
  done
  kill "$machine"
  wait "$machine" || true
  return 1
}
boot || { echo "It said nothing: booting it again"; boot; } || true
sed -n 's/\r$//; s/.*TEST //p' "$place/console"
grep -q 'TEST done: 0 failed' "$place/console" || { echo "the test of the kernel failed; all it said is in $place/console" >&2; exit 1; }
