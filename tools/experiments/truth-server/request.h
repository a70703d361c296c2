/* Reads what matters of a request: headers by name, fields of the body by a search for their names. */
#ifndef REQUEST_H
#define REQUEST_H
#include <string.h>
#include <strings.h>

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

/* The value of a field of the body, blanks left out; a search for the name is enough for the bodies of load generators. */
static const char *find_field(const char *body, const char *end, const char *name) {
  const char *at = memmem(body, (size_t)(end - body), name, strlen(name));
  if (at == NULL) return NULL;
  for (at += strlen(name); at < end && (*at == ' ' || *at == ':'); at++) continue;
  return at;
}

static int is_true(const char *value) { return value != NULL && strncmp(value, "true", 4) == 0; }

#endif
