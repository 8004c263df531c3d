#include "faulty_files.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

static atomic_long calls, failures, failing;
static atomic_int failing_code, is_sticky, sync_delay;

void faulty_files_arm(long n, int sticky, int code) {
    atomic_store(&failing, 0);
    atomic_store(&calls, 0);
    atomic_store(&failures, 0);
    atomic_store(&is_sticky, sticky);
    atomic_store(&failing_code, code);
    atomic_store(&failing, n);
}

long faulty_files_calls(void) { return atomic_load(&calls); }
long faulty_files_failures(void) { return atomic_load(&failures); }
void faulty_files_delay_syncs(int milliseconds) { atomic_store(&sync_delay, milliseconds); }

// The code to fail with, or SQLITE_OK; `io_error` says which call failed where the code is SQLITE_IOERR.
static int verdict(int io_error) {
    long call = atomic_fetch_add(&calls, 1) + 1, n = atomic_load(&failing);
    if (n == 0 || call < n || (call > n && !atomic_load(&is_sticky))) return SQLITE_OK;
    atomic_fetch_add(&failures, 1);
    int code = atomic_load(&failing_code);
    return code == SQLITE_IOERR ? io_error : code;
}

// One open file; the usual VFS's own follows in the same memory.
typedef struct {
    sqlite3_file base;
    sqlite3_file *real;
} faulty_file;

static sqlite3_file *real_file(sqlite3_file *file) { return ((faulty_file *)file)->real; }
#define REAL(file) (real_file(file)->pMethods)

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    int code = verdict(SQLITE_IOERR_WRITE);
    if (code == SQLITE_OK) return REAL(file)->xWrite(real_file(file), bytes, count, offset);
    REAL(file)->xWrite(real_file(file), bytes, count / 2, offset);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = verdict(SQLITE_IOERR_TRUNCATE);
    return code == SQLITE_OK ? REAL(file)->xTruncate(real_file(file), size) : code;
}

static int file_sync(sqlite3_file *file, int flags) {
    int delay = atomic_load(&sync_delay);
    if (delay > 0) {
        struct timespec pause = {delay / 1000, (long)(delay % 1000) * 1000000};
        nanosleep(&pause, 0);
    }
    int code = verdict(SQLITE_IOERR_FSYNC);
    return code == SQLITE_OK ? REAL(file)->xSync(real_file(file), flags) : code;
}

static int file_close(sqlite3_file *file) { return REAL(file)->xClose(real_file(file)); }
static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    return REAL(file)->xRead(real_file(file), bytes, count, offset);
}
static int file_size(sqlite3_file *file, sqlite3_int64 *size) { return REAL(file)->xFileSize(real_file(file), size); }
static int file_lock(sqlite3_file *file, int level) { return REAL(file)->xLock(real_file(file), level); }
static int file_unlock(sqlite3_file *file, int level) { return REAL(file)->xUnlock(real_file(file), level); }
static int file_is_reserved(sqlite3_file *file, int *result) { return REAL(file)->xCheckReservedLock(real_file(file), result); }
static int file_control(sqlite3_file *file, int operation, void *argument) {
    return REAL(file)->xFileControl(real_file(file), operation, argument);
}
static int file_sector_size(sqlite3_file *file) { return REAL(file)->xSectorSize(real_file(file)); }
static int file_characteristics(sqlite3_file *file) { return REAL(file)->xDeviceCharacteristics(real_file(file)); }
static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    return REAL(file)->xShmMap(real_file(file), page, size, extend, memory);
}
static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
    return REAL(file)->xShmLock(real_file(file), offset, n, flags);
}
static void file_shm_barrier(sqlite3_file *file) { REAL(file)->xShmBarrier(real_file(file)); }
static int file_shm_unmap(sqlite3_file *file, int remove) { return REAL(file)->xShmUnmap(real_file(file), remove); }

// Version 2: without memory-mapped reading, which would pass xWrite by.
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static sqlite3_vfs *usual;

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    faulty_file *mine = (faulty_file *)file;
    mine->real = (sqlite3_file *)(mine + 1);
    mine->base.pMethods = 0;
    int code = usual->xOpen(usual, name, mine->real, flags, out_flags);
    // SQLite closes a file, even one that could not be opened, where it finds methods.
    if (mine->real->pMethods) mine->base.pMethods = &methods;
    return code;
}

int faulty_files_register(void) {
    static sqlite3_vfs own;
    if (usual) return SQLITE_OK;
    sqlite3_vfs *found = sqlite3_vfs_find(0);
    if (!found) return SQLITE_ERROR;
    // Everything but opening is the usual one's own business; it gets this copy as itself and reads only its data.
    own = *found;
    own.zName = FAULTY_FILES_NAME;
    own.pNext = 0;
    own.szOsFile = (int)sizeof(faulty_file) + found->szOsFile;
    own.xOpen = open_file;
    usual = found;
    return sqlite3_vfs_register(&own, 0);
}
