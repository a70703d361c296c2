/* Faults on plan: which request gets which, by its number of arrival. */
#ifndef FAULTS_H
#define FAULTS_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fault { NONE, HTTP_500, HTML_200, ERROR_EVENT, CUT, RESET, EMPTY, MALFORMED, STALL, FAULTS };

static const char *const fault_names[FAULTS] = {"", "http-500", "html-200", "error-event", "cut", "reset", "empty", "malformed", "stall"};

static int fault_counts[FAULTS];

static int ends_midway(enum fault fault) { return fault == ERROR_EVENT || fault == CUT || fault == RESET || fault == STALL; }

/* KIND:COUNT,KIND:COUNT… Returns -1 for a plan that cannot be read. */
static int read_fault_plan(const char *plan) {
  while (*plan != 0) {
    const char *colon = strchr(plan, ':');
    if (colon == NULL) return -1;
    int kind = 1;
    while (kind < FAULTS && (strlen(fault_names[kind]) != (size_t)(colon - plan) || strncmp(fault_names[kind], plan, (size_t)(colon - plan)) != 0)) kind++;
    if (kind == FAULTS) return -1;
    char *end;
    fault_counts[kind] = (int)strtol(colon + 1, &end, 10);
    plan = *end == ',' ? end + 1 : end;
    if (*end != ',' && *end != 0) return -1;
  }
  return 0;
}

/* Every second request gets the kind that has most left, so that kinds mix and good requests stand between them. */
static enum fault next_fault(void) {
  static long requests;
  if (requests++ % 2 == 0) return NONE;
  int most = NONE;
  for (int kind = 1; kind < FAULTS; kind++)
    if (fault_counts[kind] > (most == NONE ? 0 : fault_counts[most])) most = kind;
  if (most != NONE) fault_counts[most]--;
  return (enum fault)most;
}

#endif
