/* A service that tells when it was started, and who hears it.
 *
 *   witness serve SOCKET MARKER [deaf]   tells its pid and the time, then waits for its end
 *   witness chat MARKER LINES_PER_SECOND writes numbered lines, and at SIGTERM how many they were
 *   witness listen SOCKET                prints "+PID NANOSECONDS" for each start, "-PID ..." for each end
 *
 * Times are of CLOCK_MONOTONIC, which is the same for every process. A sender waits when
 * the queue is full, so nothing is lost, and it has taken the time before it sends. Ends
 * are told by the kernel (pidfd), so nobody polls. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct report {
  int pid;
  long long at;
};

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int die(const char *what) {
  perror(what);
  return 111;
}

static struct sockaddr_un address(const char *path) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  strncpy(to.sun_path, path, sizeof to.sun_path - 1);
  return to;
}

static int serve(const char *path, int deaf, long long at) {
  struct report report = {.pid = getpid(), .at = at};
  struct sockaddr_un to = address(path);
  if (deaf) {
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
  }
  int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (s < 0 || sendto(s, &report, sizeof report, 0, (void *)&to, sizeof to) < 0) return die("report");
  close(s);
  for (;;) pause();
}

static volatile sig_atomic_t ended = 0;

static void end(int signal) { ended = signal; }

static int chat(const char *name, long per_second) {
  signal(SIGTERM, end);
  struct timespec pause = {per_second > 1 ? 0 : 1, per_second > 1 ? 1000000000L / per_second : 0};
  long n = 0;
  while (!ended) {
    char line[96];
    int length = snprintf(line, sizeof line, "%s %ld a line such as a server writes\n", name, ++n);
    if (write(1, line, length) != length) return die("write");
    nanosleep(&pause, NULL);
  }
  dprintf(1, "%s ends after %ld lines\n", name, n);
  return 0;
}

static int listen_for(const char *path) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  struct sockaddr_un at = address(path);
  int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), e = epoll_create1(EPOLL_CLOEXEC);
  if (s < 0 || e < 0 || bind(s, (void *)&at, sizeof at) < 0) return die(path);
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (unsigned)s};
  epoll_ctl(e, EPOLL_CTL_ADD, s, &event);
  puts("ready");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int count = epoll_wait(e, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.u64 & 0xffffffff, pid = events[i].data.u64 >> 32;
      if (fd != s) {
        printf("-%d %lld\n", pid, now());
        close(fd);
        continue;
      }
      struct report report;
      while (recv(s, &report, sizeof report, MSG_DONTWAIT) == sizeof report) {
        printf("+%d %lld\n", report.pid, report.at);
        int pidfd = syscall(SYS_pidfd_open, report.pid, 0);
        if (pidfd < 0) {
          printf("-%d %lld\n", report.pid, now());
          continue;
        }
        event.data.u64 = ((unsigned long long)report.pid << 32) | (unsigned)pidfd;
        epoll_ctl(e, EPOLL_CTL_ADD, pidfd, &event);
      }
    }
    fflush(stdout);
  }
}

int main(int argc, char **argv) {
  long long at = now();
  if (argc >= 4 && strcmp(argv[1], "serve") == 0) return serve(argv[2], argc > 4, at);
  if (argc == 4 && strcmp(argv[1], "chat") == 0) return chat(argv[2], atol(argv[3]));
  if (argc == 3 && strcmp(argv[1], "listen") == 0) return listen_for(argv[2]);
  return 100;
}
