#ifndef CRUNBOOKS_H
#define CRUNBOOKS_H

#include <stddef.h>

/// One text of the folder runbooks/.
struct hearth_runbook {
    /// Its file's name, without .md.
    const char *name;
    /// As they are in the file; no null byte ends them.
    const unsigned char *bytes;
    size_t length;
};

size_t hearth_runbook_count(void);

/// The index must be below the count.
struct hearth_runbook hearth_runbook_at(size_t index);

#endif
