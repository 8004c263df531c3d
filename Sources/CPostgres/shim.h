// libpq as Debian packages it; only the PostgreSQL driver imports this module.
#ifndef HEARTH_CPOSTGRES_SHIM_H
#define HEARTH_CPOSTGRES_SHIM_H

#include <libpq-fe.h>
// Debian's libpq is built with OpenSSL, whose headers come with those of libpq.
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <time.h>

// When the server's certificate ends, in Unix seconds; -1 without TLS, or where libpq was built with another TLS library.
static inline long long hearth_postgres_certificate_end(PGconn *connection) {
    SSL *tls = PQsslStruct(connection, "OpenSSL");
    if (!tls) return -1;
    X509 *certificate = SSL_get1_peer_certificate(tls);
    if (!certificate) return -1;
    struct tm end;
    int is_read = ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
    X509_free(certificate);
    return is_read ? (long long) timegm(&end) : -1;
}

#endif
