#ifndef FAULTY_FILES_H
#define FAULTY_FILES_H

// An SQLite VFS that passes everything on to the usual one, except that it fails the n-th call that changes a file: xWrite, xSync or
// xTruncate. A database is opened with it by `file:/path?vfs=faulty-files`. What is set here holds for all of its files together.

#define FAULTY_FILES_NAME "faulty-files"

// Makes it known to SQLite; 0 when that is done.
int faulty_files_register(void);

// Counts from now on, and fails the n-th call with this SQLite result code; with `sticky` every later one, too. A write that fails has
// written the first half of its bytes. n = 0 fails nothing.
void faulty_files_arm(long n, int sticky, int code);

// Calls and failures since faulty_files_arm.
long faulty_files_calls(void);
long faulty_files_failures(void);

// From now on each xSync takes this long.
void faulty_files_delay_syncs(int milliseconds);

#endif
