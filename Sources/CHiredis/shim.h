// hiredis as Debian packages it; only the Redis driver imports this module.
#include <hiredis/hiredis.h>
#include <stdlib.h>

// hiredis reserves room for as many elements as an array announces before any of them has come: fifteen bytes of a server that is not
// Redis would take 16 GiB. A reader of ours asks the original functions only for arrays within its bound.
typedef struct {
    redisReplyObjectFunctions functions;
    redisReplyObjectFunctions *original;
    int elements;
} hearth_redis_bounds;

static inline void *hearth_redis_create_array(const redisReadTask *task, int elements) {
    const hearth_redis_bounds *bounds = task->privdata;
    // Nothing made is an error of the reader: out of memory.
    if (elements > bounds->elements) return NULL;
    return bounds->original->createArray(task, elements);
}

static inline redisReader *hearth_redis_reader_create(int elements) {
    redisReader *reader = redisReaderCreate();
    hearth_redis_bounds *bounds = malloc(sizeof *bounds);
    if (!reader || !bounds) {
        if (reader) redisReaderFree(reader);
        free(bounds);
        return NULL;
    }
    bounds->functions = *reader->fn;
    bounds->functions.createArray = hearth_redis_create_array;
    bounds->original = reader->fn;
    bounds->elements = elements;
    reader->fn = &bounds->functions;
    reader->privdata = bounds;
    return reader;
}

static inline void hearth_redis_reader_free(redisReader *reader) {
    void *bounds = reader->privdata;
    redisReaderFree(reader);
    free(bounds);
}
