#ifndef BELLHOP_WRITEAHEAD_H
#define BELLHOP_WRITEAHEAD_H

/// Makes SQLite write its log (https://www.sqlite.org/walformat.html) in few large pieces instead of two small ones for each page, and lets
/// the log grow in steps. For all databases that this process opens from now on; to be called once, before the first.
///
/// Also takes SQLite's memory statistics away, for which each allocation takes a lock that all connections share.
/// https://www.sqlite.org/c3ref/c_config_covering_index_scan.html
///
/// Answers an SQLite result code; where it is not 0 (SQLITE_OK), all stays as it was: slower, and right all the same.
int bh_writeahead_install(void);

struct sqlite3;

/// System calls that have written into the log of a connection's main database; 0 where it has none of this kind. For tests.
unsigned long long bh_writeahead_writes(struct sqlite3 *connection);

#endif
