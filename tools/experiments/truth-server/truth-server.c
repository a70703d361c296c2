/*
 * An OpenAI server that knows the truth: tokens on a fixed schedule from the kernel's arrival time of the request, stamps right before each write, one
 * line of JSON per request. It judges clients, so it does as little as it can and shares no code with any of them.
 *
 *     truth-server PORT TTFT_US ITL_US TRUTH_FILE [OPTION…]      (port 0 takes a free one; the port is printed)
 *
 *     prebuilt          a stream is made once and written whole, as fast as the socket takes it; the times do not count
 *     role-at-accept    the role event leaves with the response's head, not with the first token
 *     faults=KIND:COUNT,…   every second request gets one of these until they are used up
 *
 * Chat and completions, streamed and whole. Response heads leave at once, the role event and the first token together at TTFT, one event per token,
 * finish, usage and [DONE] with the last one. A whole answer leaves when its last token is due.
 * Times in the file are nanoseconds of CLOCK_MONOTONIC; the kernel's are CLOCK_REALTIME (SO_TIMESTAMPNS) and are shifted. A line has the client's
 * x-request-id and, for clients that send none, the number of the connection and of the request on it. Gaps between the writes of one stream's tokens
 * go to TRUTH_FILE.gaps at the end, as lines of microseconds and count.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "due-heap.h"
#include "faults.h"
#include "replies.h"
#include "request.h"

#define INPUT_BYTES (4 * 1024 * 1024)
#define MAX_EVENTS 1024
#define ID_BYTES 64
#define MAX_GAP_US 1000000
#define TOKENS_BEFORE_FAULT 3

struct connection {
  struct due due; /* first, so that a member of the heap is its connection */
  int fd;
  char *input;
  size_t input_used;
  int64_t kernel_ns; /* arrival of the bytes read last */
  int is_answering;
  char id[ID_BYTES];
  long number, ordinal;
  int64_t arrival_ns, first_ns, last_ns;
  struct form form;
  enum fault fault;
  int sent_tokens;
  const char *out; /* the rest of a prebuilt stream */
  size_t out_left;
  int is_waiting; /* for the socket to take more of it */
};

static int64_t ttft_ns, itl_ns;
static int is_prebuilt, is_role_at_accept, poller;
static FILE *truth;
static unsigned gaps[MAX_GAP_US + 1];
static volatile sig_atomic_t is_stopping;

static int64_t clock_ns(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Paced answers are far below a socket's send buffer, so a short write means that the client is gone or does not read. */
static int put(struct connection *c, const char *text, size_t length) {
  return send(c->fd, text, length, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -1;
}

static void end_answer(struct connection *c) {
  char fault[32] = "null";
  if (c->fault != NONE) sprintf(fault, "\"%s\"", fault_names[c->fault]);
  fprintf(truth,
          "{\"id\":\"%s\",\"connection\":%ld,\"ordinal\":%ld,\"arrivalNs\":%lld,\"firstTokenNs\":%lld,\"lastTokenNs\":%lld,\"tokens\":%d,\"fault\":%s,"
          "\"expectedCode\":null}\n",
          c->id, c->number, c->ordinal, (long long)c->arrival_ns, (long long)c->first_ns, (long long)c->last_ns, c->sent_tokens, fault);
  c->is_answering = 0;
}

static void stamp_tokens(struct connection *c, int tokens) {
  int64_t now = clock_ns(CLOCK_MONOTONIC);
  if (c->sent_tokens == 0) c->first_ns = now;
  else {
    int64_t gap_us = (now - c->last_ns + 500) / 1000;
    gaps[gap_us > MAX_GAP_US ? MAX_GAP_US : gap_us]++;
  }
  c->last_ns = now;
  c->sent_tokens += tokens;
}

/* The middle of a faulty stream is reached. Returns -1 where the connection ends with it. */
static int strike(struct connection *c) {
  char out[512];
  if (c->fault == STALL) {
    heap_remove(&c->due);
    c->due.at_ns = 0;
    return 0;
  }
  if (c->fault == RESET) {
    struct linger at_once = {1, 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return -1;
  }
  if (c->fault == ERROR_EVENT) {
    static const char event[] = "data: {\"error\":{\"message\":\"engine died\",\"type\":\"InternalServerError\",\"code\":500}}\n\n";
    size_t used = add_chunk(out, event, sizeof event - 1);
    used += add_chunk(out + used, "data: [DONE]\n\n", 14);
    used += add_text(out + used, "0\r\n\r\n");
    put(c, out, used);
  }
  return -1;
}

/* One token is due. Returns -1 when the connection is of no use any more. */
static int send_token(struct connection *c) {
  char out[4 * EVENT_ROOM];
  size_t used = 0;
  if (c->sent_tokens == TOKENS_BEFORE_FAULT && ends_midway(c->fault)) return strike(c);
  int is_last = c->sent_tokens + 1 >= c->form.max_tokens || c->fault == EMPTY;
  if (c->sent_tokens == 0 && !is_role_at_accept) used += add_role(out, &c->form);
  if (c->fault == MALFORMED && c->sent_tokens == TOKENS_BEFORE_FAULT) used += add_chunk(out + used, "data: {\"id\":\"chatcmpl-0\",\"cho\n\n", 31);
  else if (c->fault != EMPTY) used += add_token(out + used, &c->form, c->sent_tokens);
  if (is_last) used += add_end(out + used, &c->form, c->fault == EMPTY ? 0 : c->form.max_tokens);
  stamp_tokens(c, 1);
  if (put(c, out, used) < 0) return -1;
  if (is_last) {
    heap_remove(&c->due);
    end_answer(c);
  } else {
    c->due.at_ns += itl_ns;
    sift(c->due.heap_at);
  }
  return 0;
}

/* A whole answer is due. */
static int send_whole(struct connection *c) {
  size_t length;
  char *out = whole_answer(&c->form, &length);
  heap_remove(&c->due);
  stamp_tokens(c, c->form.max_tokens);
  int result = put(c, out, length);
  free(out);
  end_answer(c);
  return result;
}

/* Writes what the socket takes of a prebuilt stream; the rest waits for EPOLLOUT. */
static int send_prebuilt(struct connection *c) {
  while (c->out_left > 0) {
    c->last_ns = clock_ns(CLOCK_MONOTONIC);
    ssize_t sent = send(c->fd, c->out, c->out_left, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return -1;
    if (sent < 0) break;
    if (c->first_ns == 0) c->first_ns = c->last_ns;
    c->out += sent;
    c->out_left -= (size_t)sent;
  }
  int is_waiting = c->out_left > 0;
  if (is_waiting != c->is_waiting) {
    struct epoll_event interest = {.events = EPOLLIN | (is_waiting ? EPOLLOUT : 0u), .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &interest);
    c->is_waiting = is_waiting;
  }
  if (c->out_left == 0) {
    c->sent_tokens = c->form.max_tokens;
    end_answer(c);
  }
  return 0;
}

static void close_connection(struct connection *c) {
  if (c->is_answering) {
    if (c->due.at_ns != 0) heap_remove(&c->due);
    end_answer(c);
  }
  close(c->fd);
  free(c->input);
  free(c);
}

static int answer_at_once(struct connection *c, int status, const char *type, const char *body) {
  char out[1024];
  return put(c, out, add_whole(out, status, type, body));
}

static void read_request(struct connection *c, int is_chat, const char *head, const char *head_end, const char *body, const char *body_end) {
  const char *id = find_header(head, head_end, "x-request-id");
  size_t at = 0;
  for (; id != NULL && at + 1 < ID_BYTES && id[at] > ' ' && id[at] != '"' && id[at] != '\\'; at++) c->id[at] = id[at];
  c->id[at] = 0;
  const char *limit = find_field(body, body_end, "\"max_tokens\"");
  if (limit == NULL) limit = find_field(body, body_end, "\"max_completion_tokens\"");
  c->form.max_tokens = limit == NULL ? 16 : atoi(limit);
  if (c->form.max_tokens < 1) c->form.max_tokens = 1;
  c->form.is_chat = is_chat;
  c->form.is_streamed = is_true(find_field(body, body_end, "\"stream\""));
  c->form.has_usage = is_true(find_field(body, body_end, "\"include_usage\""));
  c->arrival_ns = c->kernel_ns;
  c->ordinal++;
  c->sent_tokens = 0;
  c->first_ns = c->last_ns = c->due.at_ns = 0;
  c->fault = next_fault();
  c->is_answering = 1;
}

static int start_answer(struct connection *c) {
  if (c->fault == HTTP_500 || c->fault == HTML_200) {
    end_answer(c);
    return c->fault == HTTP_500 ? answer_at_once(c, 500, "application/json", "{\"error\":{\"message\":\"engine died\",\"type\":\"InternalServerError\",\"code\":500}}")
                                : answer_at_once(c, 200, "text/html", "<html><body>Sign in</body></html>");
  }
  if (is_prebuilt && c->form.is_streamed) {
    c->out = prebuilt_stream(&c->form, &c->out_left);
    return c->out == NULL ? -1 : send_prebuilt(c);
  }
  c->due.at_ns = c->arrival_ns + (is_prebuilt ? 0 : ttft_ns + (c->form.is_streamed ? 0 : itl_ns * (c->form.max_tokens - 1)));
  heap_add(&c->due);
  if (!c->form.is_streamed) return 0;
  char out[EVENT_ROOM + 256];
  size_t used = add_text(out, STREAM_HEAD);
  if (is_role_at_accept) used += add_role(out + used, &c->form);
  return put(c, out, used);
}

/* Takes complete requests off the input. Returns -1 when the connection is of no use any more. */
static int take_requests(struct connection *c) {
  while (!c->is_answering) {
    char *head_end = memmem(c->input, c->input_used, "\r\n\r\n", 4);
    if (head_end == NULL) return c->input_used < INPUT_BYTES ? 0 : -1;
    const char *length = find_header(c->input, head_end + 2, "content-length");
    size_t body_bytes = length == NULL ? 0 : (size_t)atol(length);
    size_t whole = (size_t)(head_end - c->input) + 4 + body_bytes;
    if (whole > INPUT_BYTES) return -1;
    if (c->input_used < whole) return 0;
    int is_chat = strncmp(c->input, "POST /v1/chat/completions ", 26) == 0, result = 0;
    int is_load = is_chat || strncmp(c->input, "POST /v1/completions ", 21) == 0;
    if (is_load)
      read_request(c, is_chat, c->input, head_end + 2, head_end + 4, c->input + whole);
    else if (strncmp(c->input, "GET /v1/models ", 15) == 0)
      result = answer_at_once(c, 200, "application/json", "{\"object\":\"list\",\"data\":[{\"id\":\"truth\",\"object\":\"model\",\"created\":1795491823,\"owned_by\":\"truth\"}]}");
    else if (strncmp(c->input, "GET /health ", 12) == 0)
      result = answer_at_once(c, 200, "application/json", "{}");
    else
      result = answer_at_once(c, 404, "application/json", "{\"detail\":\"Not Found\"}");
    memmove(c->input, c->input + whole, c->input_used - whole);
    c->input_used -= whole;
    if (is_load) result = start_answer(c);
    if (result < 0) return -1;
  }
  return 0;
}

static int read_input(struct connection *c) {
  char control[256];
  struct iovec io = {c->input + c->input_used, INPUT_BYTES - c->input_used};
  struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t got = recvmsg(c->fd, &message, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN ? 0 : -1;
  c->kernel_ns = clock_ns(CLOCK_MONOTONIC);
  for (struct cmsghdr *m = CMSG_FIRSTHDR(&message); m != NULL; m = CMSG_NXTHDR(&message, m)) {
    if (m->cmsg_level != SOL_SOCKET || m->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec t;
    memcpy(&t, CMSG_DATA(m), sizeof t);
    c->kernel_ns = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec - clock_ns(CLOCK_REALTIME) + clock_ns(CLOCK_MONOTONIC);
  }
  c->input_used += (size_t)got;
  return take_requests(c);
}

static void accept_all(int listener) {
  static long connections;
  int one = 1;
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    struct connection *fresh = calloc(1, sizeof *fresh);
    fresh->fd = fd;
    fresh->number = connections++;
    fresh->input = malloc(INPUT_BYTES);
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = fresh};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &interest);
  }
}

static int on_event(struct connection *c, uint32_t events) {
  if ((events & EPOLLOUT) != 0 && c->out_left > 0) {
    if (send_prebuilt(c) < 0) return -1;
    if (!c->is_answering && take_requests(c) < 0) return -1;
  }
  return (events & ~(uint32_t)EPOLLOUT) != 0 ? read_input(c) : 0;
}

static void write_due(void) {
  int64_t now = clock_ns(CLOCK_MONOTONIC);
  while (heap_size > 0 && heap[0]->at_ns <= now) {
    struct connection *c = (struct connection *)heap[0];
    if ((c->form.is_streamed ? send_token(c) : send_whole(c)) < 0 || (!c->is_answering && c->input_used > 0 && take_requests(c) < 0)) close_connection(c);
  }
}

static void serve(int listener) {
  struct epoll_event interest = {.events = EPOLLIN, .data.ptr = NULL}, events[MAX_EVENTS];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &interest);
  while (!is_stopping) {
    struct timespec wait = {3600, 0};
    if (heap_size > 0) {
      int64_t left = heap[0]->at_ns - clock_ns(CLOCK_MONOTONIC);
      if (left < 0) left = 0;
      wait = (struct timespec){left / 1000000000, left % 1000000000};
    }
    int ready = epoll_pwait2(poller, events, MAX_EVENTS, &wait, NULL);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (c == NULL) accept_all(listener);
      else if (on_event(c, events[i].events) < 0) close_connection(c);
    }
    write_due();
  }
}

static void write_gaps(const char *truth_file) {
  char path[4096];
  snprintf(path, sizeof path, "%s.gaps", truth_file);
  FILE *out = fopen(path, "w");
  if (out == NULL) return;
  for (int us = 0; us <= MAX_GAP_US; us++)
    if (gaps[us] > 0) fprintf(out, "%d %u\n", us, gaps[us]);
  fclose(out);
}

static int listen_at(const char *port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  /* Stamps are on before the first connection: its request can arrive before it is accepted. */
  setsockopt(listener, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) {
    perror("listen");
    return -1;
  }
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void stop(int signal) {
  (void)signal;
  is_stopping = 1;
}

static int read_option(const char *option) {
  if (strcmp(option, "prebuilt") == 0) return is_prebuilt = 1, 0;
  if (strcmp(option, "role-at-accept") == 0) return is_role_at_accept = 1, 0;
  return strncmp(option, "faults=", 7) == 0 ? read_fault_plan(option + 7) : -1;
}

int main(int argc, char **argv) {
  int is_readable = argc >= 5;
  for (int i = 5; i < argc; i++)
    if (read_option(argv[i]) < 0) is_readable = 0;
  if (!is_readable) {
    fprintf(stderr, "usage: truth-server PORT TTFT_US ITL_US TRUTH_FILE [prebuilt] [role-at-accept] [faults=KIND:COUNT,...]\n");
    return 2;
  }
  ttft_ns = atoll(argv[2]) * 1000;
  itl_ns = atoll(argv[3]) * 1000;
  truth = fopen(argv[4], "w");
  if (truth == NULL) {
    perror(argv[4]);
    return 1;
  }
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  poller = epoll_create1(0);
  int listener = listen_at(argv[1]);
  if (listener < 0) return 1;
  serve(listener);
  fclose(truth);
  write_gaps(argv[4]);
  return 0;
}
