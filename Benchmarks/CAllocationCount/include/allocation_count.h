#ifndef HEARTH_ALLOCATION_COUNT_H
#define HEARTH_ALLOCATION_COUNT_H

#include <stdint.h>

/// How often this process asked for memory since its start: malloc, calloc, realloc, posix_memalign and aligned_alloc.
uint64_t hearth_allocation_count(void);

#endif
