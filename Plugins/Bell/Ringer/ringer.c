#define _GNU_SOURCE
#include "CRinger.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/gpio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int bh_chip_info(int chip, char label[32], uint32_t *lines) {
  struct gpiochip_info info = {0};
  if (ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info) < 0) return -1;
  memcpy(label, info.label, 32);
  label[31] = 0;
  *lines = info.lines;
  return 0;
}

int bh_line_request(int chip, uint32_t line, int level) {
  struct gpio_v2_line_request request = {0};
  request.offsets[0] = line;
  request.num_lines = 1;
  strcpy(request.consumer, "bellhop");
  request.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
  // The level comes with the direction: in between the line would be at whatever level it had.
  request.config.num_attrs = 1;
  request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
  request.config.attrs[0].attr.values = level ? 1 : 0;
  request.config.attrs[0].mask = 1;
  if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0) return -1;
  fcntl(request.fd, F_SETFD, FD_CLOEXEC);
  return request.fd;
}

// What follows runs in the forked process, where only what is safe after a fork of many threads may be called.

struct line {
  int fd;
  enum bh_backend backend;
  int inactive;
};

static int set(const struct line *line, int level) {
  if (line->backend == BH_SYSFS) {
    return pwrite(line->fd, level ? "1" : "0", 1, 0) == 1 ? 0 : errno;
  }
  struct gpio_v2_line_values values = {.bits = level ? 1 : 0, .mask = 1};
  return ioctl(line->fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0 ? errno : 0;
}

/// Waits on the clock that no one sets, or until somebody speaks. True where somebody did.
static int wait_or_hear(int talk, uint32_t milliseconds) {
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += milliseconds / 1000;
  end.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec += 1;
    end.tv_nsec -= 1000000000;
  }
  for (;;) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec left = {.tv_sec = end.tv_sec - now.tv_sec, .tv_nsec = end.tv_nsec - now.tv_nsec};
    if (left.tv_nsec < 0) {
      left.tv_sec -= 1;
      left.tv_nsec += 1000000000;
    }
    if (left.tv_sec < 0) return 0;
    struct pollfd peer = {.fd = talk, .events = POLLIN};
    int ready = ppoll(&peer, 1, &left, NULL);
    if (ready > 0) return 1;
    if (ready == 0) return 0;
  }
}

static int ring(const struct line *line, const struct bh_ring *ring, uint32_t most_on, int talk) {
  int on = 1, fault = 0, heard = 0, first = 0;
  uint32_t count = ring->count < BH_PHASES ? ring->count : BH_PHASES;
  for (uint32_t phase = 0; phase < count && !fault && !heard; phase++, on = !on) {
    uint32_t length = ring->milliseconds[phase];
    if (on && length > most_on) length = most_on;
    fault = set(line, on ? !line->inactive : line->inactive);
    if (fault && phase == 0) first = fault;
    if (!fault) heard = wait_or_hear(talk, length);
  }
  int off = set(line, line->inactive);
  if (first) return -first;
  return fault ? fault : off ? off : heard ? ECANCELED : 0;
}

static void serve(const struct line *line, uint32_t most_on, int talk) {
  for (;;) {
    struct bh_ring next;
    ssize_t size = recv(talk, &next, sizeof next, 0);
    if (size < 0 && errno == EINTR) continue;
    // The gateway is gone, however it went.
    if (size <= 0) break;
    if (size != sizeof next) continue;
    int fault = ring(line, &next, most_on, talk);
    if (send(talk, &fault, sizeof fault, MSG_NOSIGNAL) < 0) break;
  }
  set(line, line->inactive);
  _exit(0);
}

pid_t bh_ringer_start(int line, enum bh_backend backend, int inactive, uint32_t most_on, int *talk) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  // Signals that end a group are for the gateway: it drains, and its end is the ringer's.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    prctl(PR_SET_NAME, "bellhop-ringer");
    // Two descriptors are all it keeps: a listener or a store held open here would outlive the gateway.
    int low = line < ends[1] ? line : ends[1], high = line < ends[1] ? ends[1] : line;
    if (low > 0) syscall(SYS_close_range, 0, low - 1, 0);
    if (high - low > 1) syscall(SYS_close_range, low + 1, high - 1, 0);
    syscall(SYS_close_range, high + 1, ~0U, 0);
    struct line it = {.fd = line, .backend = backend, .inactive = inactive};
    serve(&it, most_on, ends[1]);
  }
  int fault = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    errno = fault;
    return -1;
  }
  *talk = ends[0];
  return pid;
}
