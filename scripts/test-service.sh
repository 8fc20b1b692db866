#!/usr/bin/env bash
# Installs the packed Bellhop on a machine with Debian's own kernel, systemd and udev, in qemu, and rings the bell of an office through it.
# Usage: test-service.sh TARBALL
set -euo pipefail
cd "$(dirname "$0")/.."
tarball=$(realpath "$1")
. scripts/kernel.sh
need qemu-system-x86_64:qemu-system-x86 gcc:gcc make:make cpio:cpio xz:xz-utils zstd:zstd bc:bc systemctl:systemd udevadm:udev
fetch_kernel

disk=$(mktemp -d) work=$(mktemp -d)
trap 'rm -rf "$disk" "$work"' EXIT
chmod 755 "$disk"
new_disk "$disk"
# The file system as Debian lays it out, with systemd and udev as they are installed here.
mkdir -p "$disk"/{usr/bin,usr/sbin,usr/lib,usr/lib64,proc,sys,dev,run,var,root,etc/systemd/system}
mv "$disk/bin/busybox" "$disk/usr/bin/"
rmdir "$disk/bin"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$disk/$link"; done
for package in systemd udev libc-bin coreutils bash; do
  dpkg-query -L "$package" 2>/dev/null | grep -vE '/(doc|man|locale|catalog|hwdb.d|bash-completion|zsh|lintian|initramfs-tools|i18n)(/|$)|libnss_systemd'
done | sort -u | while read -r file; do
  if [ -f "$file" ]; then mkdir -p "$disk$(dirname "$file")" && cp -a "$file" "$disk$file"; fi
done
for applet in $("$place"/root/bin/busybox --list 2>/dev/null || "$place"/root/usr/bin/busybox --list); do
  [ -e "$disk/usr/bin/$applet" ] || [ -e "$disk/usr/sbin/$applet" ] || ln -s busybox "$disk/usr/bin/$applet"
done
# glibc loads this one by itself when a thread ends.
put_libraries "$disk" $(find "$disk/usr/bin" "$disk/usr/sbin" "$disk/usr/lib" -type f \( -perm -u+x -o -name '*.so*' \))
for library in libgcc_s.so.1 libnss_files.so.2; do
  path=$(ldconfig -p | awk -v name="$library" '$1 == name { print $NF; exit }')
  [ -z "$path" ] || [ -e "$disk$path" ] || install -D "$path" "$disk$path"
done
cp "$tarball" "$disk/root/"
tar -xzf "$tarball" -C "$work"
cp "$work"/bellhop-*/doc/raspberry-pi.md "$disk/root/"
put_libraries "$disk" "$work"/bellhop-*/bin/bellhop
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' > "$disk/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$disk/etc/group"
echo office > "$disk/etc/hostname"
# A machine that has a name of its own is not asked for one at its first boot.
echo 0123456789abcdef0123456789abcdef > "$disk/etc/machine-id"
install -m 755 Tests/Kernel/office "$disk/root/office"
cat > "$disk/etc/systemd/system/office.service" <<'UNIT'
[Unit]
After=systemd-udevd.service systemd-journald.service dbus.service
Wants=systemd-udevd.service
[Service]
Type=oneshot
ExecStart=/root/office
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
TimeoutStartSec=infinity
UNIT
printf '[Unit]\nRequires=basic.target office.service\nAfter=basic.target office.service\n' > "$disk/etc/systemd/system/office.target"
boot_disk "$disk" service 1536 "rdinit=/usr/lib/systemd/systemd systemd.unit=office.target systemd.show_status=0"
