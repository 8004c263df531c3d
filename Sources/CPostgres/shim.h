// libpq as Debian packages it; only the PostgreSQL driver imports this module.
#include <libpq-fe.h>
