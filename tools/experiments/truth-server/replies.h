/* What is written: events of streams in OpenAI's two formats, whole answers, and streams made beforehand. */
#ifndef REPLIES_H
#define REPLIES_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_HEAD "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
#define EVENT_ROOM 640

struct form {
  int is_chat, is_streamed, has_usage, max_tokens;
};

static size_t add_chunk(char *out, const char *event, size_t length) {
  size_t head = (size_t)sprintf(out, "%zx\r\n", length);
  memcpy(out + head, event, length);
  memcpy(out + head + length, "\r\n", 2);
  return head + length + 2;
}

static size_t add_text(char *out, const char *text) {
  size_t length = strlen(text);
  memcpy(out, text, length);
  return length;
}

/* One event of `choices`, the rest of the object behind it, in a chunk of its own. */
static size_t add_event(char *out, const struct form *form, const char *choices, const char *rest) {
  char event[EVENT_ROOM];
  int n = snprintf(event, sizeof event, "data: {\"id\":\"%s-ae04830a647e4570\",\"object\":\"%s\",\"created\":1795491823,\"model\":\"truth\",\"choices\":[%s]%s}\n\n",
                   form->is_chat ? "chatcmpl" : "cmpl", form->is_chat ? "chat.completion.chunk" : "text_completion", choices, rest);
  return add_chunk(out, event, (size_t)n);
}

static size_t add_role(char *out, const struct form *form) {
  if (!form->is_chat) return 0;
  return add_event(out, form, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}", "");
}

/* The fields that vLLM writes, so that an event is as long as one of a real server. */
static size_t add_token(char *out, const struct form *form, int index) {
  char choice[192];
  sprintf(choice,
          form->is_chat ? "{\"index\":0,\"delta\":{\"content\":\" w%d\"},\"logprobs\":null,\"finish_reason\":null,\"token_ids\":null}"
                        : "{\"index\":0,\"text\":\" w%d\",\"logprobs\":null,\"finish_reason\":null,\"stop_reason\":null,\"token_ids\":null}",
          index);
  return add_event(out, form, choice, "");
}

static size_t usage_text(char *out, int tokens) {
  return (size_t)sprintf(out, ",\"usage\":{\"prompt_tokens\":16,\"completion_tokens\":%d,\"total_tokens\":%d}", tokens, 16 + tokens);
}

/* Finish reason, usage where it was asked for, terminator, last chunk. */
static size_t add_end(char *out, const struct form *form, int tokens) {
  char usage[128];
  size_t used = add_event(out, form, form->is_chat ? "{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}" : "{\"index\":0,\"text\":\"\",\"finish_reason\":\"length\"}", "");
  usage_text(usage, tokens);
  if (form->has_usage) used += add_event(out + used, form, "", usage);
  used += add_chunk(out + used, "data: [DONE]\n\n", 14);
  return used + add_text(out + used, "0\r\n\r\n");
}

static size_t add_whole(char *out, int status, const char *type, const char *body) {
  return (size_t)sprintf(out, "HTTP/1.1 %d X\r\ncontent-type: %s\r\ncontent-length: %zu\r\n\r\n%s", status, type, strlen(body), body);
}

/* A non-streamed answer; the caller frees it. */
static char *whole_answer(const struct form *form, size_t *length) {
  size_t room = 1024 + 12 * (size_t)form->max_tokens, used;
  char *body = malloc(room), *out = malloc(room + 256), usage[128];
  used = (size_t)sprintf(body, "{\"id\":\"whole-0\",\"object\":\"%s\",\"created\":1795491823,\"model\":\"truth\",\"choices\":[{\"index\":0,%s\"",
                         form->is_chat ? "chat.completion" : "text_completion", form->is_chat ? "\"message\":{\"role\":\"assistant\",\"content\":" : "\"text\":");
  for (int i = 0; i < form->max_tokens; i++) used += (size_t)sprintf(body + used, " w%d", i);
  usage_text(usage, form->max_tokens);
  sprintf(body + used, "\"%s,\"finish_reason\":\"length\"}]%s}", form->is_chat ? "}" : "", usage);
  *length = add_whole(out, 200, "application/json", body);
  free(body);
  return out;
}

/* A whole stream with its head, made once for each form. It is never freed. */
static const char *prebuilt_stream(const struct form *form, size_t *length) {
  static struct {
    struct form form;
    char *text;
    size_t length;
  } made[32];
  static size_t made_count;
  for (size_t i = 0; i < made_count; i++) {
    if (memcmp(&made[i].form, form, sizeof *form) != 0) continue;
    *length = made[i].length;
    return made[i].text;
  }
  if (made_count == sizeof made / sizeof *made) return NULL;
  char *text = malloc(((size_t)form->max_tokens + 8) * EVENT_ROOM);
  size_t used = add_text(text, STREAM_HEAD);
  used += add_role(text + used, form);
  for (int i = 0; i < form->max_tokens; i++) used += add_token(text + used, form, i);
  used += add_end(text + used, form, form->max_tokens);
  made[made_count].form = *form;
  made[made_count].text = text;
  made[made_count++].length = used;
  *length = used;
  return text;
}

#endif
