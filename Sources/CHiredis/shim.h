// hiredis as Debian packages it; only the Redis driver imports this module.
#include <hiredis/hiredis.h>
