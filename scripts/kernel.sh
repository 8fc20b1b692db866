# Sourced by the tests that boot Debian's own kernel in qemu. Everything comes from Debian by name: qemu and the tools are installed where they
# are missing, the kernel and its modules lie unpacked in .build-tools/kernel/.
place=$PWD/.build-tools/kernel
mkdir -p "$place/packages" "$place/modules"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

need() { # COMMAND:PACKAGE...
  local missing=() pair
  for pair in "$@"; do command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}"); done
  [ ${#missing[@]} -eq 0 ] && return
  echo "Installing from Debian for the test: ${missing[*]}"
  get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1; }
  get || { as_root apt-get update -q >/dev/null && get; }
}

fetch_kernel() {
  [ -e "$place/ready" ] && return
  local release series common package drivers file headers link work=$place/modules
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
}

# The libraries that programs load, copied to where they look for them; what is no program is passed over.
put_libraries() { # FOLDER PROGRAM...
  local folder=$1 library; shift
  { ldd "$@" 2>/dev/null || true; } | grep -o '/[^ ]*' | grep -v ':$' | sort -u | while read -r library; do
    [ -e "$folder$library" ] || install -D "$library" "$folder$library"
  done
}

new_disk() { # FOLDER: busybox and the modules
  mkdir -p "$1"/{bin,modules,etc,tmp}
  cp "$place"/root/bin/busybox "$1/bin/busybox" 2>/dev/null || cp "$place"/root/usr/bin/busybox "$1/bin/busybox"
  cp "$place"/modules/*.ko "$1/modules/"
  cp "$place/root/lib/modules/$(cat "$place/ready")/kernel/fs/configfs/configfs.ko" "$1/modules/"
}

# Boots a folder as the machine's only file system, shows what its test says, and fails unless that says that nothing failed.
boot_disk() { # FOLDER NAME MEGABYTES COMMAND-LINE
  local image=$place/$2.zst console=$place/$2.console release machine
  release=$(cat "$place/ready")
  (cd "$1" && find . | cpio -o -H newc 2>/dev/null | zstd -1 -q -f -o "$image")
  boot() {
    : > "$console"
    # Not microvm: emulated on a busy machine, its one timer is lost now and then, and the kernel waits for it forever.
    timeout 500 qemu-system-x86_64 -accel tcg -M pc -cpu max -m "$3" -nodefaults -no-user-config -no-reboot \
      -display none -serial "file:$console" -kernel "$place/root/boot/vmlinuz-$release" -initrd "$image" \
      -append "console=ttyS0 quiet panic=-1 $4" < /dev/null &
    machine=$!
    # Emulated, a machine now and then hangs before its kernel's first word; the test has not begun then.
    for _ in $(seq 240); do
      grep -q 'TEST kernel' "$console" && { wait "$machine" || true; return 0; }
      kill -0 "$machine" 2>/dev/null || return 1
      sleep 0.5
    done
    kill "$machine"
    wait "$machine" || true
    return 1
  }
  echo "Booting $release in qemu"
  boot "$@" || { echo "It said nothing: booting it again"; boot "$@"; } || true
  sed -n 's/\r$//; s/.*TEST //p' "$console"
  grep -q 'TEST done: 0 failed' "$console" || { echo "the test of the $2 failed; all it said is in $console" >&2; exit 1; }
}
