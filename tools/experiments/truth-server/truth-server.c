/*
 * An OpenAI chat server that knows the truth: tokens on a fixed schedule from the kernel's arrival time of the request, stamps right before each
 * write, one line of JSON per request. It judges clients, so it does as little as it can and shares no code with any of them.
 *
 *     truth-server PORT TTFT_US ITL_US TRUTH_FILE      (port 0 takes a free one; the port is printed)
 *
 * Response heads leave at once, the role event and the first token together at TTFT, one event per token, finish, usage and [DONE] with the last one.
 * Times in the file are nanoseconds of CLOCK_MONOTONIC; the kernel's are CLOCK_REALTIME (SO_TIMESTAMPNS) and are shifted.
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
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define INPUT_BYTES (256 * 1024)
#define MAX_EVENTS 1024
#define ID_BYTES 64

struct connection {
  int fd;
  char *input;
  size_t input_used;
  int64_t kernel_ns; /* arrival of the bytes read last */
  int is_streaming; /* an answer is under way */
  char id[ID_BYTES];
  int64_t arrival_ns, first_ns, last_ns, due_ns;
  int sent_tokens, max_tokens;
  size_t heap_at;
};

static int64_t ttft_ns, itl_ns;
static FILE *truth;
static volatile sig_atomic_t is_stopping;
static struct connection **heap;
static size_t heap_size, heap_room;

static int64_t clock_ns(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The heap of due answers, earliest first. */
static void place(size_t at, struct connection *c) {
  heap[at] = c;
  c->heap_at = at;
}

static void sift(size_t at) {
  struct connection *c = heap[at];
  while (at > 0 && heap[(at - 1) / 2]->due_ns > c->due_ns) {
    place(at, heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && heap[child + 1]->due_ns < heap[child]->due_ns) child++;
    if (heap[child]->due_ns >= c->due_ns) break;
    place(at, heap[child]);
    at = child;
  }
  place(at, c);
}

static void heap_add(struct connection *c) {
  if (heap_size == heap_room) {
    heap_room = heap_room ? 2 * heap_room : 1024;
    heap = realloc(heap, heap_room * sizeof *heap);
  }
  place(heap_size++, c);
  sift(heap_size - 1);
}

static void heap_remove(struct connection *c) {
  size_t at = c->heap_at;
  struct connection *last = heap[--heap_size];
  if (last == c) return;
  place(at, last);
  sift(at);
}

/* Answers are far below a socket's send buffer, so a short write means that the client is gone or does not read. */
static int put(struct connection *c, const char *text, size_t length) {
  return send(c->fd, text, length, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -1;
}

static size_t add_chunk(char *out, const char *event, size_t length) {
  size_t head = (size_t)sprintf(out, "%zx\r\n", length);
  memcpy(out + head, event, length);
  memcpy(out + head + length, "\r\n", 2);
  return head + length + 2;
}

static void end_answer(struct connection *c) {
  fprintf(truth,
          "{\"id\":\"%s\",\"arrivalNs\":%lld,\"firstTokenNs\":%lld,\"lastTokenNs\":%lld,\"tokens\":%d,\"fault\":null,\"expectedCode\":null}\n",
          c->id, (long long)c->arrival_ns, (long long)c->first_ns, (long long)c->last_ns, c->sent_tokens);
  c->is_streaming = 0;
}

#define ENVELOPE "data: {\"id\":\"chatcmpl-0\",\"object\":\"chat.completion.chunk\",\"created\":1795491823,\"model\":\"truth\",\"choices\":["

/* One token is due. Returns -1 when the client is gone. */
static int send_token(struct connection *c) {
  char out[2048], event[512];
  size_t used = 0;
  int is_last = c->sent_tokens + 1 >= c->max_tokens;
  if (c->sent_tokens == 0) {
    int n = sprintf(event, ENVELOPE "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n");
    used += add_chunk(out + used, event, (size_t)n);
  }
  int n = sprintf(event, ENVELOPE "{\"index\":0,\"delta\":{\"content\":\" w%d\"},\"finish_reason\":null}]}\n\n", c->sent_tokens);
  used += add_chunk(out + used, event, (size_t)n);
  if (is_last) {
    n = sprintf(event, ENVELOPE "{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n");
    used += add_chunk(out + used, event, (size_t)n);
    n = sprintf(event, ENVELOPE "],\"usage\":{\"prompt_tokens\":16,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n", c->max_tokens, 16 + c->max_tokens);
    used += add_chunk(out + used, event, (size_t)n);
    used += add_chunk(out + used, "data: [DONE]\n\n", 14);
    memcpy(out + used, "0\r\n\r\n", 5);
    used += 5;
  }
  c->sent_tokens++;
  c->last_ns = clock_ns(CLOCK_MONOTONIC);
  if (c->sent_tokens == 1) c->first_ns = c->last_ns;
  if (put(c, out, used) < 0) return -1;
  if (is_last) {
    heap_remove(c);
    end_answer(c);
  } else {
    c->due_ns += itl_ns;
    sift(c->heap_at);
  }
  return 0;
}

static void close_connection(struct connection *c) {
  if (c->is_streaming) {
    heap_remove(c);
    end_answer(c);
  }
  close(c->fd);
  free(c->input);
  free(c);
}

static const char *find_header(const char *head, const char *end, const char *name) {
  size_t length = strlen(name);
  for (const char *line = head; line < end; line++) {
    line = memchr(line, '\n', (size_t)(end - line));
    if (line == NULL || line + 1 + length >= end) return NULL;
    if (strncasecmp(line + 1, name, length) == 0 && line[1 + length] == ':') {
      const char *value = line + 2 + length;
      while (*value == ' ') value++;
      return value;
    }
  }
  return NULL;
}

static int answer_whole(struct connection *c, int status, const char *body) {
  char out[1024];
  int n = sprintf(out, "HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s", status, strlen(body), body);
  return put(c, out, (size_t)n);
}

static int start_answer(struct connection *c, const char *head, const char *head_end, const char *body, const char *body_end) {
  static const char stream_head[] = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
  const char *id = find_header(head, head_end, "x-request-id");
  size_t at = 0;
  for (; id != NULL && at + 1 < ID_BYTES && id[at] > ' ' && id[at] != '"' && id[at] != '\\'; at++) c->id[at] = id[at];
  c->id[at] = 0;
  const char *limit = memmem(body, (size_t)(body_end - body), "\"max_tokens\":", 13);
  c->max_tokens = limit == NULL ? 16 : atoi(limit + 13);
  if (c->max_tokens < 1) c->max_tokens = 1;
  c->arrival_ns = c->kernel_ns;
  c->sent_tokens = 0;
  c->first_ns = c->last_ns = 0;
  c->due_ns = c->arrival_ns + ttft_ns;
  c->is_streaming = 1;
  heap_add(c);
  return put(c, stream_head, sizeof stream_head - 1);
}

/* Takes complete requests off the input. Returns -1 when the connection is of no use any more. */
static int take_requests(struct connection *c) {
  while (!c->is_streaming) {
    char *head_end = memmem(c->input, c->input_used, "\r\n\r\n", 4);
    if (head_end == NULL) return c->input_used < INPUT_BYTES ? 0 : -1;
    const char *length = find_header(c->input, head_end + 2, "content-length");
    size_t body_bytes = length == NULL ? 0 : (size_t)atol(length);
    size_t whole = (size_t)(head_end - c->input) + 4 + body_bytes;
    if (whole > INPUT_BYTES) return -1;
    if (c->input_used < whole) return 0;
    int result;
    if (strncmp(c->input, "POST /v1/chat/completions ", 26) == 0)
      result = start_answer(c, c->input, head_end + 2, head_end + 4, c->input + whole);
    else if (strncmp(c->input, "GET /v1/models ", 15) == 0)
      result = answer_whole(c, 200, "{\"object\":\"list\",\"data\":[{\"id\":\"truth\",\"object\":\"model\"}]}");
    else
      result = answer_whole(c, 404, "{\"detail\":\"Not Found\"}");
    memmove(c->input, c->input + whole, c->input_used - whole);
    c->input_used -= whole;
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

static void stop(int signal) {
  (void)signal;
  is_stopping = 1;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: truth-server PORT TTFT_US ITL_US TRUTH_FILE\n");
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
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) {
    perror("listen");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  int poller = epoll_create1(0);
  struct epoll_event interest = {.events = EPOLLIN, .data.ptr = NULL}, events[MAX_EVENTS];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &interest);
  while (!is_stopping) {
    struct timespec wait = {3600, 0};
    if (heap_size > 0) {
      int64_t left = heap[0]->due_ns - clock_ns(CLOCK_MONOTONIC);
      if (left < 0) left = 0;
      wait = (struct timespec){left / 1000000000, left % 1000000000};
    }
    int ready = epoll_pwait2(poller, events, MAX_EVENTS, &wait, NULL);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (c != NULL) {
        if (read_input(c) < 0) close_connection(c);
        continue;
      }
      for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0) break;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
        struct connection *fresh = calloc(1, sizeof *fresh);
        fresh->fd = fd;
        fresh->input = malloc(INPUT_BYTES);
        interest.data.ptr = fresh;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &interest);
      }
    }
    int64_t now = clock_ns(CLOCK_MONOTONIC);
    while (heap_size > 0 && heap[0]->due_ns <= now) {
      struct connection *c = heap[0];
      if (send_token(c) < 0) close_connection(c);
    }
  }
  fclose(truth);
  return 0;
}
