// What a bell needs of Linux that Swift cannot do itself: the character device of GPIO, and a process that switches a line off again
// whatever becomes of the gateway. https://docs.kernel.org/userspace-api/gpio/chardev.html
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// The label and the number of lines of a chip, by its open device. 0, or -1 with errno.
int bh_chip_info(int chip, char label[32], uint32_t *lines);

/// Asks for a line as an output at this level (0 or 1), physical. The descriptor of the line, or -1 with errno.
int bh_line_request(int chip, uint32_t line, int level);

/// The most phases that a ring may have.
#define BH_PHASES 64

/// One ring: how long the line is on, off, on …
struct bh_ring {
  uint32_t count;
  uint32_t milliseconds[BH_PHASES];
};

/// How the ringer writes a level.
enum bh_backend {
  /// `0` or `1` into the open `value` of sysfs.
  BH_SYSFS,
  /// By ioctl on the open line of the character device.
  BH_CDEV,
};

/// Forks a process that holds `line` and rings it as it is told through a socket. It outlives whatever becomes of its parent just long
/// enough to switch the line off, and never leaves it on for longer than `most_on` milliseconds.
/// - inactive: the physical level at which nothing moves, 0 or 1.
/// The process's id, or -1 with errno; `*talk` is the parent's end of the socket: a `struct bh_ring` in, the errno of the ring (0 when it
/// was rung whole, ECANCELED when another packet ended it, negative when nothing rang) as an `int` out.
pid_t bh_ringer_start(int line, enum bh_backend backend, int inactive, uint32_t most_on, int *talk);
