// Loaded into a server under test: lets one of its calls that open a file for writing, write, cut or delete it, or that
// connect, send or receive, fail, or ends the process there; or lets it look up no names. What is to fail, and how many calls there
// were, is in a file of six numbers that the test shares with it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault { KILLED = 1, BROKEN = 2, FULL = 3, TORN = 4 };

struct plan {
  // Calls count only while it is 1.
  atomic_uint armed;
  // Which of them is the one, from 1.
  atomic_uint at;
  atomic_uint fault;
  atomic_uint calls;
  // Of sockets, only those count that the server has connected itself.
  atomic_uint only_own;
  // No name can be looked up while it is 1.
  atomic_uint nameless;
};
static struct plan *plan;
static atomic_bool is_own[1 << 16];

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("IO_FAULTS");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  void *shared = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file >= 0) close(file);
  if (shared != MAP_FAILED) plan = shared;
}

#define KNOWN(file) ((file) >= 0 && (size_t)(file) < sizeof is_own / sizeof *is_own)
static bool own(int file) { return KNOWN(file) && is_own[file]; }

enum sort { OTHER, OF_A_FILE, OF_A_SOCKET };

static enum sort sort_of(int file) {
  struct stat found;
  // Output and log.
  if (file <= 2 || fstat(file, &found) != 0) return OTHER;
  if (S_ISREG(found.st_mode)) return OF_A_FILE;
  if (!S_ISSOCK(found.st_mode)) return OTHER;
  return plan != NULL && atomic_load(&plan->only_own) && !own(file) ? OTHER : OF_A_SOCKET;
}

// The fault of this call, or 0.
static unsigned due(enum sort sort) {
  if (plan == NULL || sort == OTHER || atomic_load(&plan->armed) != 1) return 0;
  unsigned call = atomic_fetch_add(&plan->calls, 1) + 1;
  if (call != atomic_load(&plan->at)) return 0;
  unsigned fault = atomic_load(&plan->fault);
  if (fault == KILLED) kill(getpid(), SIGKILL);
  return fault;
}

static int refused(enum sort sort, unsigned fault) {
  errno = sort == OF_A_SOCKET ? ECONNRESET : fault == FULL ? ENOSPC : EIO;
  return -1;
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define PLAIN(name, file, arguments, ...)                                                                              \
  int name(__VA_ARGS__) {                                                                                              \
    REAL(name);                                                                                                        \
    enum sort sort = sort_of(file);                                                                                    \
    unsigned fault = due(sort);                                                                                        \
    return fault ? refused(sort, fault) : real arguments;                                                              \
  }
// Half of what is written is there when the process ends.
#define WRITING(name, file, half, arguments, ...)                                                                      \
  ssize_t name(__VA_ARGS__) {                                                                                          \
    REAL(name);                                                                                                        \
    enum sort sort = sort_of(file);                                                                                    \
    unsigned fault = due(sort);                                                                                        \
    if (fault == TORN) {                                                                                               \
      (void)!(real half);                                                                                              \
      kill(getpid(), SIGKILL);                                                                                         \
    }                                                                                                                  \
    return fault ? refused(sort, fault) : real arguments;                                                              \
  }

WRITING(write, file, (file, from, count / 2), (file, from, count), int file, const void *from, size_t count)
WRITING(pwrite64, file, (file, from, count / 2, at), (file, from, count, at), int file, const void *from, size_t count,
        off64_t at)
WRITING(writev, file, (file, parts, count / 2), (file, parts, count), int file, const struct iovec *parts, int count)
WRITING(send, file, (file, from, count / 2, flags), (file, from, count, flags), int file, const void *from, size_t count,
        int flags)
WRITING(recv, file, (file, to, count, flags), (file, to, count, flags), int file, void *to, size_t count, int flags)
PLAIN(fsync, file, (file), int file)
PLAIN(ftruncate64, file, (file, length), int file, off64_t length)

#define OPENING(name)                                                                                                  \
  int name(const char *path, int flags, ...) {                                                                         \
    REAL(name);                                                                                                        \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | __O_TMPFILE)) {                                                                             \
      va_list rest;                                                                                                    \
      va_start(rest, flags);                                                                                           \
      mode = va_arg(rest, mode_t);                                                                                     \
      va_end(rest);                                                                                                    \
    }                                                                                                                  \
    unsigned fault = due((flags & O_ACCMODE) == O_RDONLY ? OTHER : OF_A_FILE);                                         \
    return fault ? refused(OF_A_FILE, fault) : real(path, flags, mode);                                                \
  }
OPENING(open)
OPENING(open64)

int connect(int file, const struct sockaddr *to, socklen_t length) {
  REAL(connect);
  if (KNOWN(file)) is_own[file] = true;
  unsigned fault = due(sort_of(file));
  return fault ? refused(OF_A_SOCKET, fault) : real(file, to, length);
}

int accept4(int listener, struct sockaddr *from, socklen_t *length, int flags) {
  REAL(accept4);
  int file = real(listener, from, length, flags);
  if (KNOWN(file)) is_own[file] = false;
  return file;
}

int unlink(const char *path) {
  REAL(unlink);
  unsigned fault = due(OF_A_FILE);
  return fault ? refused(OF_A_FILE, fault) : real(path);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *wanted, struct addrinfo **found) {
  REAL(getaddrinfo);
  if (plan != NULL && atomic_load(&plan->nameless) == 1) return EAI_AGAIN;
  return real(name, service, wanted, found);
}
