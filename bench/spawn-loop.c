/* The floor under every supervisor: posix_spawn, waitpid and kill, and nothing else.
 * Arguments: the number of copies, the program and its arguments. It starts again
 * whoever ends, at once; after SIGTERM it passes that on, reaps them all and leaves. */
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

static pid_t start(char **argv) {
  pid_t pid;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &none);
  if (posix_spawn(&pid, argv[0], NULL, &attributes, argv, environ) != 0) exit(1);
  return pid;
}

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[1]) : 0;
  pid_t *pids = calloc(count > 0 ? count : 1, sizeof *pids);
  if (count <= 0 || pids == NULL) return 2;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, NULL);

  for (int i = 0; i < count; i++) pids[i] = start(argv + 2);
  for (;;) {
    int got;
    sigwait(&signals, &got);
    if (got == SIGTERM) break;
    pid_t gone;
    while ((gone = waitpid(-1, NULL, WNOHANG)) > 0)
      for (int i = 0; i < count; i++)
        if (pids[i] == gone) pids[i] = start(argv + 2);
  }
  for (int i = 0; i < count; i++) kill(pids[i], SIGTERM);
  struct timespec grace = {2, 0};
  int left = count;
  while (left > 0 && sigtimedwait(&signals, NULL, &grace) == SIGCHLD)
    while (left > 0 && waitpid(-1, NULL, WNOHANG) > 0) left--;
  if (left > 0)
    for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
  while (waitpid(-1, NULL, 0) > 0) {
  }
  return 0;
}
