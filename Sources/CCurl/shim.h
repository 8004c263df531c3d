// libcurl as Debian packages it; only the HTTP client imports this module.
#ifndef HEARTH_CCURL_SHIM_H
#define HEARTH_CCURL_SHIM_H

#include <curl/curl.h>
#include <string.h>

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
