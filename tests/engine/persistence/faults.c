/* Lets the n-th write or sync of a save fail: loaded before the C library, driven by hindered.py.

   faults_arm(n, mode, for_good): the n-th step from now on a file whose name has ".save" in it fails.
   Modes: 1 half is written and the rest finds a full disk, 2 ENOSPC, 3 EIO, 4 a sync fails with EIO,
   5 half is written and the process is killed. faults_steps() says how many steps there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long steps = 0, at = 0;
static int mode = 0, for_good = 0, fired = 0, full_next = 0;

void faults_arm(long n, int how, int always) {
    steps = 0, at = n, mode = how, for_good = always, fired = 0, full_next = 0;
}
long faults_steps(void) { return steps; }
int faults_fired(void) { return fired; }

static int ours(int fd) {
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return strstr(name, ".save") != NULL;
}

/* Whether this step fails; `sync` steps fail in mode 4 only, writes in the others. */
static int fails(int fd, int sync) {
    if (at == 0 || !ours(fd)) return 0;
    steps++;
    if ((mode == 4) != sync) return 0;
    if (for_good ? steps >= at : (fired == 0 && steps >= at)) return fired = 1;
    return 0;
}

typedef ssize_t (*pwrite_t)(int, const void *, size_t, off_t);
typedef ssize_t (*write_t)(int, const void *, size_t);
typedef int (*sync_t)(int);

static ssize_t hinder(int fd, const void *data, size_t size, off_t offset, int seeks) {
    static pwrite_t real_pwrite;
    static write_t real_write;
    if (!real_pwrite) real_pwrite = (pwrite_t)dlsym(RTLD_NEXT, "pwrite64");
    if (!real_write) real_write = (write_t)dlsym(RTLD_NEXT, "write");
#define REAL(n) (seeks ? real_write(fd, data, n) : real_pwrite(fd, data, n, offset))
    if (full_next && ours(fd)) { full_next = 0; errno = ENOSPC; return -1; }
    if (!fails(fd, 0)) return REAL(size);
    if (mode == 5) { REAL(size / 2); kill(getpid(), SIGKILL); }
    if (mode == 1 && size > 1) { full_next = 1; return REAL(size / 2); }
    errno = mode == 3 ? EIO : ENOSPC;
    return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset) { return hinder(fd, data, size, offset, 0); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return hinder(fd, data, size, offset, 0); }
ssize_t write(int fd, const void *data, size_t size) { return hinder(fd, data, size, 0, 1); }

static int hinder_sync(int fd, const char *name) {
    sync_t real = (sync_t)dlsym(RTLD_NEXT, name);
    if (!fails(fd, 1)) return real(fd);
    errno = EIO;
    return -1;
}
int fsync(int fd) { return hinder_sync(fd, "fsync"); }
int fdatasync(int fd) { return hinder_sync(fd, "fdatasync"); }
