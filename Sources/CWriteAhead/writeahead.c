// A VFS in front of SQLite's own that gathers what is appended to a write-ahead log. https://www.sqlite.org/vfs.html
//
// SQLite writes each page of a transaction with two calls, 24 bytes and a page; a small transaction is eight of them. Here frames are gathered
// until the one that ends the transaction, whose header says so, and written with one call before SQLite hears that it is taken. So nothing is
// promised earlier than before: when `xWrite` of a commit's last page, `xSync`, or any other call on the log returns, all that came before is
// with the system. Only a transaction under way, which nobody can see and which a crash ends anyway, waits in memory.
//
// What is not an append is written where it stands at once: the log's header, and frames that SQLite rewrites within a transaction.
#include "writeahead.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
  frameHeader = 24,
  // SQLite's own file takes 131,071 bytes at a time, and no more.
  gathered = 96 << 10,
  // The log grows by so much at a time: where it need not grow, a sync needs not write the file's new length and blocks too, which
  // on a file system with a journal takes as long as all else. https://www.kernel.org/doc/html/latest/filesystems/ext4/journal.html
  step = 256 << 10,
};

typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
  // Nil until something is appended.
  unsigned char *bytes;
  int count;
  // Where the first of those bytes belongs.
  sqlite3_int64 start;
  // Behind the last byte that was ever handed in.
  sqlite3_int64 end;
  // The length of the file, as far as it is known: 0 where it is not.
  sqlite3_int64 length;
  // The frame whose header came last ends a transaction.
  int isLast;
  unsigned long long writes;
} LogFile;

// SQLite's own.
static sqlite3_vfs *below;
// Never written to: the system lends one page of its own for all of it.
static unsigned char zeros[64 << 10];

static int writeThrough(LogFile *log, const void *bytes, int count, sqlite3_int64 at) {
  log->writes++;
  return log->real->pMethods->xWrite(log->real, bytes, count, at);
}

// Lengthens the file beyond what was just written there. That it cannot is no fault: the disk may be full to the last page that fits.
static void grow(LogFile *log, sqlite3_int64 end) {
  if (end <= log->length) return;
  if (log->real->pMethods->xFileSize(log->real, &log->length) != SQLITE_OK) log->length = 0;
  if (end < log->length) return;
  sqlite3_int64 until = (end / step + 1) * step;
  while (end < until) {
    int count = until - end < (sqlite3_int64)sizeof zeros ? (int)(until - end) : (int)sizeof zeros;
    if (writeThrough(log, zeros, count, end) != SQLITE_OK) return;
    end += count;
    log->length = end;
  }
}

// Hands over what is gathered. What could not be written is let go: SQLite undoes the transaction.
static int flush(LogFile *log) {
  if (!log->count) return SQLITE_OK;
  int count = log->count;
  log->count = 0;
  int code = writeThrough(log, log->bytes, count, log->start);
  if (code == SQLITE_OK) grow(log, log->start + count);
  return code;
}

static int append(LogFile *log, const void *bytes, int count, sqlite3_int64 at) {
  if (!log->count) log->start = at;
  memcpy(log->bytes + log->count, bytes, (size_t)count);
  log->count += count;
  log->end = at + count;
  return SQLITE_OK;
}

static int isLastHeader(const unsigned char *header) { return header[4] | header[5] | header[6] | header[7]; }

static int logWrite(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at) {
  LogFile *log = (LogFile *)file;
  int continues = log->count && at == log->start + log->count;
  if (!continues || log->count + count > gathered) {
    int code = flush(log);
    if (code != SQLITE_OK) return code;
  }
  if (count == frameHeader && at >= log->end && at > 0) {
    if (!log->bytes && !(log->bytes = malloc(gathered))) return SQLITE_NOMEM;
    log->isLast = isLastHeader(bytes);
    return append(log, bytes, count, at);
  }
  if (log->count && continues && count <= gathered - frameHeader) {
    int code = append(log, bytes, count, at);
    return log->isLast ? flush(log) : code;
  }
  // The log's own header begins it anew.
  log->end = at == 0 ? count : (at + count > log->end ? at + count : log->end);
  return writeThrough(log, bytes, count, at);
}

static int logRead(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at) {
  LogFile *log = (LogFile *)file;
  int code = flush(log);
  return code != SQLITE_OK ? code : log->real->pMethods->xRead(log->real, bytes, count, at);
}

static int logTruncate(sqlite3_file *file, sqlite3_int64 size) {
  LogFile *log = (LogFile *)file;
  int code = flush(log);
  log->length = 0;
  if (size < log->end) log->end = size;
  return code != SQLITE_OK ? code : log->real->pMethods->xTruncate(log->real, size);
}

static int logSync(sqlite3_file *file, int flags) {
  LogFile *log = (LogFile *)file;
  int code = flush(log);
  return code != SQLITE_OK ? code : log->real->pMethods->xSync(log->real, flags);
}

static int logSize(sqlite3_file *file, sqlite3_int64 *size) {
  LogFile *log = (LogFile *)file;
  int code = flush(log);
  return code != SQLITE_OK ? code : log->real->pMethods->xFileSize(log->real, size);
}

static int logClose(sqlite3_file *file) {
  LogFile *log = (LogFile *)file;
  // A transaction that did not end: SQLite has given it up.
  free(log->bytes);
  log->bytes = 0;
  log->count = 0;
  return log->real->pMethods->xClose(log->real);
}

// A log has no locks of its own, but the methods must be there.
static int logLock(sqlite3_file *file, int level) { return ((LogFile *)file)->real->pMethods->xLock(((LogFile *)file)->real, level); }
static int logUnlock(sqlite3_file *file, int level) { return ((LogFile *)file)->real->pMethods->xUnlock(((LogFile *)file)->real, level); }
static int logReserved(sqlite3_file *file, int *is) {
  return ((LogFile *)file)->real->pMethods->xCheckReservedLock(((LogFile *)file)->real, is);
}

static int logControl(sqlite3_file *file, int op, void *argument) {
  LogFile *log = (LogFile *)file;
  int code = flush(log);
  return code != SQLITE_OK ? code : log->real->pMethods->xFileControl(log->real, op, argument);
}

static int logSector(sqlite3_file *file) { return ((LogFile *)file)->real->pMethods->xSectorSize(((LogFile *)file)->real); }
static int logDevice(sqlite3_file *file) { return ((LogFile *)file)->real->pMethods->xDeviceCharacteristics(((LogFile *)file)->real); }

// Of the first version: shared memory and mapped pages are the database file's.
static const sqlite3_io_methods methods = {
    1,       logClose,  logRead,     logWrite,   logTruncate, logSync,  logSize,
    logLock, logUnlock, logReserved, logControl, logSector,   logDevice};

static int openFile(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
  (void)vfs;
  if (!(flags & SQLITE_OPEN_WAL)) return below->xOpen(below, name, file, flags, given);
  LogFile *log = (LogFile *)file;
  memset(log, 0, sizeof *log);
  log->real = (sqlite3_file *)(log + 1);
  int code = below->xOpen(below, name, log->real, flags, given);
  // Without methods SQLite does not close what could not be opened.
  if (log->real->pMethods) log->base.pMethods = &methods;
  return code;
}

int bh_writeahead_install(void) {
  static sqlite3_vfs vfs;
  if (vfs.zName) return SQLITE_OK;
  // Too late where SQLite is in use already, and nothing is lost by it.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  int code = sqlite3_initialize();
  if (code != SQLITE_OK) return code;
  below = sqlite3_vfs_find(0);
  if (!below) return SQLITE_ERROR;
  // All but opening is done as before.
  vfs = *below;
  vfs.zName = "bellhop";
  vfs.pNext = 0;
  vfs.szOsFile = (int)sizeof(LogFile) + below->szOsFile;
  vfs.xOpen = openFile;
  return sqlite3_vfs_register(&vfs, 1);
}

unsigned long long bh_writeahead_writes(sqlite3 *connection) {
  sqlite3_file *file = 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
  return file && file->pMethods == &methods ? ((LogFile *)file)->writes : 0;
}
