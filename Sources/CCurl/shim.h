// libcurl as Debian packages it; only the HTTP client imports this module.
#ifndef HEARTH_CCURL_SHIM_H
#define HEARTH_CCURL_SHIM_H

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

// Swift cannot call C functions with variable arguments. Each function below stands for one kind of argument of
// curl_easy_setopt, curl_easy_getinfo or curl_multi_setopt. curl cannot check the kind when it runs, so a caller names only
// options of the kind in the function's name.

// curl_easy_setopt with a long
static inline CURLcode hearth_curl_easy_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

// curl_easy_setopt with a curl_off_t
static inline CURLcode hearth_curl_easy_setopt_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// curl_easy_setopt with a string that curl copies, or with bytes for CURLOPT_COPYPOSTFIELDS
static inline CURLcode hearth_curl_easy_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

// curl_easy_setopt with a pointer that curl hands back or writes to (CURLOPT_WRITEDATA, CURLOPT_ERRORBUFFER, ...)
static inline CURLcode hearth_curl_easy_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

// curl_easy_setopt with a list (CURLOPT_HTTPHEADER)
static inline CURLcode hearth_curl_easy_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*hearth_curl_write_function)(char *bytes, size_t size, size_t count, void *context);

// curl_easy_setopt with a function that receives bytes (CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION)
static inline CURLcode hearth_curl_easy_setopt_write_function(CURL *handle, CURLoption option, hearth_curl_write_function value) {
    return curl_easy_setopt(handle, option, value);
}

typedef int (*hearth_curl_prereq_function)(void *context, char *remote, char *local, int remotePort, int localPort);

// curl_easy_setopt with CURLOPT_PREREQFUNCTION
static inline CURLcode hearth_curl_easy_setopt_prereq_function(CURL *handle, hearth_curl_prereq_function value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

// Whether an address is of this link only (RFC 3927, RFC 4291), or that of a cloud's metadata service in IPv6.
static inline int hearth_curl_is_link_local(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 16 == 0xA9FE;
    if (address->sa_family != AF_INET6) return 0;
    static const unsigned char metadata[16] = {0xFD, 0, 0x0E, 0xC2, [14] = 0x02, [15] = 0x54};
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(six)) return six->s6_addr[12] == 169 && six->s6_addr[13] == 254;
    return IN6_IS_ADDR_LINKLOCAL(six) || memcmp(six->s6_addr, metadata, sizeof metadata) == 0;
}

// Makes the socket of a connection; of none to this link. A name that an operator configured must not lead to the credentials that clouds
// hand out there, whatever it resolves to by now.
static inline curl_socket_t hearth_curl_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    if (purpose == CURLSOCKTYPE_IPCXN && hearth_curl_is_link_local(&address->addr)) {
        errno = EACCES;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLcode hearth_curl_easy_refuse_link_local(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, hearth_curl_open_socket);
}

// curl_easy_getinfo with a long
static inline CURLcode hearth_curl_easy_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

// curl_easy_getinfo with a curl_off_t
static inline CURLcode hearth_curl_easy_getinfo_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

// curl_multi_setopt with a long
static inline CURLMcode hearth_curl_multi_setopt_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}

// When the server's certificate ends, in Unix seconds, where CURLOPT_CERTINFO was set and the transfer made the TLS handshake; else -1.
// libcurl hands out a list of texts for each certificate of the chain, the server's own first.
static inline long long hearth_curl_certificate_end(CURL *handle) {
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1) return -1;
    static const char name[] = "Expire date:";
    for (struct curl_slist *field = chain->certinfo[0]; field; field = field->next)
        if (strncmp(field->data, name, sizeof name - 1) == 0) return curl_getdate(field->data + sizeof name - 1, NULL);
    return -1;
}

// The result of a finished transfer; it sits in a union whose other member is a pointer.
static inline CURLcode hearth_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
