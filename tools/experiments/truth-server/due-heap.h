/* Connections whose next write is due, earliest first: a binary heap that knows where each member is. */
#ifndef DUE_HEAP_H
#define DUE_HEAP_H
#include <stdint.h>
#include <stdlib.h>

struct due {
  int64_t at_ns;
  size_t heap_at;
};

static struct due **heap;
static size_t heap_size, heap_room;

static void place(size_t at, struct due *d) {
  heap[at] = d;
  d->heap_at = at;
}

static void sift(size_t at) {
  struct due *d = heap[at];
  while (at > 0 && heap[(at - 1) / 2]->at_ns > d->at_ns) {
    place(at, heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && heap[child + 1]->at_ns < heap[child]->at_ns) child++;
    if (heap[child]->at_ns >= d->at_ns) break;
    place(at, heap[child]);
    at = child;
  }
  place(at, d);
}

static void heap_add(struct due *d) {
  if (heap_size == heap_room) {
    heap_room = heap_room ? 2 * heap_room : 1024;
    heap = realloc(heap, heap_room * sizeof *heap);
  }
  place(heap_size++, d);
  sift(heap_size - 1);
}

static void heap_remove(struct due *d) {
  size_t at = d->heap_at;
  struct due *last = heap[--heap_size];
  if (last == d) return;
  place(at, last);
  sift(at);
}

#endif
