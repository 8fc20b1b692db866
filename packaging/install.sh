#!/bin/sh
# Installs Bellhop, or brings it up to date: the program, its service and its user. As root; DESTDIR=/elsewhere installs without root.
set -eu
cd "$(dirname "$0")"
root=${DESTDIR:-}
if [ -z "$root" ] && [ "$(id -u)" -ne 0 ]; then
  echo "say it as root: sudo $0" >&2
  exit 1
fi
# A program for another kind of machine does not even start; one whose libraries are missing does not either, and ldd tells the two apart.
if ! ldd bin/bellhop > /dev/null 2>&1; then
  echo "this archive is for another machine ($(basename "$PWD")); this one is $(uname -m)" >&2
  exit 1
fi
if ldd bin/bellhop | grep -q 'version .* not found'; then
  echo "this archive was made on a newer system than this one, $(getconf GNU_LIBC_VERSION): it takes Debian 12 (glibc 2.36) or later" >&2
  exit 1
fi
if ldd bin/bellhop | grep -q 'not found'; then
  echo "libraries are missing; install them: apt-get install $(cat packages)" >&2
  exit 1
fi

put() { # MODE FILE PLACE
  mkdir -p "$root$(dirname "$3")"
  # A running program cannot be written over, but its name can be given to another file.
  cp "$2" "$root$3.new"
  chmod "$1" "$root$3.new"
  mv "$root$3.new" "$root$3"
}
put 755 bin/bellhop /usr/local/bin/bellhop
put 644 systemd/bellhop.service /usr/local/lib/systemd/system/bellhop.service
put 644 systemd/sysusers.conf /usr/local/lib/sysusers.d/bellhop.conf
put 644 systemd/gpio.rules /etc/udev/rules.d/60-bellhop-gpio.rules
for page in $(cd doc && find . -type f); do put 644 "doc/$page" "/usr/local/share/doc/bellhop/${page#./}"; done
mkdir -p "$root/etc/bellhop"

if [ -z "$root" ]; then
  systemd-sysusers /usr/local/lib/sysusers.d/bellhop.conf
  # Secrets stand in there.
  chown root:bellhop /etc/bellhop
  chmod 750 /etc/bellhop
  if [ -d /run/systemd/system ]; then
    udevadm control --reload && udevadm trigger --subsystem-match=gpio || true
    systemctl daemon-reload
    systemctl try-restart bellhop
  fi
fi
echo "Bellhop $(bin/bellhop --version) is installed."
if [ ! -e "$root/etc/bellhop/bellhop.yaml" ]; then
  cat <<TEXT
Next: write /etc/bellhop/bellhop.yaml. In /usr/local/share/doc/bellhop, office.yaml is that of a bell behind a hub, and config.example.yaml shows
every key. \`bellhop check\` finds every mistake. Then: systemctl enable --now bellhop
TEXT
fi
