/*
 * adopt COMMAND…: runs a command and keeps all that it starts below itself, daemons too, so that their CPU time and memory can be counted. What still
 * runs two seconds after the command has ended is killed. The exit code is the command's.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t is_late;

static void on_alarm(int signal) {
  (void)signal;
  is_late = 1;
}

static void kill_children(void) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  size_t used = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[used] = 0;
  for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) kill((pid_t)atoi(word), SIGKILL);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t main_child = fork();
  if (main_child == 0) {
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  int exit_code = 1;
  for (;;) {
    int status;
    pid_t ended = wait(&status);
    if (ended == main_child) {
      exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      alarm(2);
    }
    if (ended < 0 && errno == ECHILD) return exit_code;
    if (is_late) kill_children();
  }
}
