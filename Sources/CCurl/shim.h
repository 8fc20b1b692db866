// libcurl (Debian: libcurl4-openssl-dev). Swift cannot call variadic C functions, so each argument type has its wrapper here.
// https://curl.se/libcurl/c/
#pragma once
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

static inline CURLcode bh_easy_set_long(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode bh_easy_set_size(CURL *easy, CURLoption option, curl_off_t value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode bh_easy_set_string(CURL *easy, CURLoption option, const char *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode bh_easy_set_pointer(CURL *easy, CURLoption option, void *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode bh_easy_set_list(CURL *easy, struct curl_slist *value) { return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, value); }

// For recipients of a mail; the list must outlive the transfer.
static inline CURLcode bh_easy_set_recipients(CURL *easy, struct curl_slist *value) { return curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, value); }

typedef size_t (*bh_write)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode bh_easy_set_write(CURL *easy, bh_write call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}
static inline CURLcode bh_easy_set_header(CURL *easy, bh_write call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}
static inline CURLcode bh_easy_set_read(CURL *easy, bh_write call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_READDATA, context);
}
static inline CURLcode bh_easy_set_prereq(CURL *easy, curl_prereq_callback call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}
static inline CURLcode bh_easy_set_opensocket(CURL *easy, curl_opensocket_callback call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
}

static inline CURLcode bh_easy_set_closesocket(CURL *easy, curl_closesocket_callback call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context);
}

// What passes over the wire; only called with CURLOPT_VERBOSE.
static inline CURLcode bh_easy_set_debug(CURL *easy, curl_debug_callback call, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, call);
  return code ? code : curl_easy_setopt(easy, CURLOPT_DEBUGDATA, context);
}

static inline CURLcode bh_easy_get_long(CURL *easy, CURLINFO info, long *value) { return curl_easy_getinfo(easy, info, value); }
static inline CURLcode bh_easy_get_size(CURL *easy, CURLINFO info, curl_off_t *value) { return curl_easy_getinfo(easy, info, value); }
static inline CURLcode bh_easy_get_string(CURL *easy, CURLINFO info, char **value) { return curl_easy_getinfo(easy, info, value); }
static inline CURLcode bh_easy_get_pointer(CURL *easy, CURLINFO info, void **value) { return curl_easy_getinfo(easy, info, value); }

static inline CURLMcode bh_multi_set_long(CURLM *multi, CURLMoption option, long value) { return curl_multi_setopt(multi, option, value); }
static inline CURLMcode bh_multi_set_socket(CURLM *multi, curl_socket_callback call, void *context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, call);
  return code ? code : curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
}
static inline CURLMcode bh_multi_set_timer(CURLM *multi, curl_multi_timer_callback call, void *context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, call);
  return code ? code : curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

// The kernel's own list of sockets to wait for, and a descriptor to wake who waits. Below 0 where there is none left.
static inline int bh_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int bh_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Waits for each write to a descriptor, and never has to read it: an edge is told once (https://man7.org/linux/man-pages/man7/epoll.7.html).
static inline void bh_epoll_listen(int epoll, int bell) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = bell};
  epoll_ctl(epoll, EPOLL_CTL_ADD, bell, &event);
}

// Waits for a socket from now on to be read (1) or written (2), as in CURL_POLL_IN and CURL_POLL_OUT; for neither no more.
static inline void bh_epoll_watch(int epoll, int socket, int what) {
  struct epoll_event event = {.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0), .data.fd = socket};
  if (what & CURL_POLL_REMOVE || !event.events) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event);
  } else if (epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event)) {
    // A number may have been another socket's, of which the kernel has forgotten all when it was closed.
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
  }
}

// What has happened to a socket, in the words of curl_multi_socket_action.
static inline int bh_epoll_what(struct epoll_event event) {
  return (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR) ? CURL_CSELECT_IN : 0) | (event.events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
      | (event.events & EPOLLERR ? CURL_CSELECT_ERR : 0);
}

// The union inside CURLMsg.
static inline CURLcode bh_message_result(const CURLMsg *message) { return message->data.result; }
