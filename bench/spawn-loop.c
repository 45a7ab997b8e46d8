/* The floor under every supervisor: posix_spawn, kill and waitpid, and nothing else.
 * Arguments: the number of copies, the program and its arguments.
 * Prints milliseconds: start all; all killed and started again; kill and reap all. */
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static pid_t start(char **argv) {
  pid_t pid;
  if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0) exit(1);
  return pid;
}

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[1]) : 0;
  pid_t *pids = calloc(count > 0 ? count : 1, sizeof *pids);
  if (count <= 0 || pids == NULL) return 2;

  double began = now();
  for (int i = 0; i < count; i++) pids[i] = start(argv + 2);
  double started = now();

  for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
  for (int i = 0; i < count; i++) {
    waitpid(pids[i], NULL, 0);
    pids[i] = start(argv + 2);
  }
  double back = now();

  for (int i = 0; i < count; i++) kill(pids[i], SIGTERM);
  for (int i = 0; i < count; i++) waitpid(pids[i], NULL, 0);
  printf("%.1f %.1f %.1f\n", started - began, back - started, now() - back);
  return 0;
}
