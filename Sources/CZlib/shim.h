// zlib as Debian packages it; the compression of scrapes and the checksum of keys import this module.
#ifndef HEARTH_CZLIB_SHIM_H
#define HEARTH_CZLIB_SHIM_H

#define ZLIB_CONST
#include <stddef.h>
#include <string.h>
#include <zlib.h>

// The largest size that `length` bytes can have in the gzip format; deflateBound counts the header of a plain stream only.
static inline size_t hearth_gzip_bound(size_t length) {
    return compressBound(length) + 18;
}

// Writes `length` bytes in the gzip format; the size, or 0 when there is no memory or `capacity` is too small. It stands for deflateInit2,
// which is a macro. A block larger than an unsigned int can count is refused.
static inline size_t hearth_gzip(const unsigned char *bytes, size_t length, unsigned char *output, size_t capacity, int level) {
    z_stream stream;
    size_t size = 0;
    if (length > 0x7fffffff || capacity > 0x7fffffff) return 0;
    memset(&stream, 0, sizeof stream);
    // 15 is the largest window, and 16 more choose gzip instead of zlib's own header.
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    if (deflate(&stream, Z_FINISH) == Z_STREAM_END) size = stream.total_out;
    deflateEnd(&stream);
    return size;
}

// The CRC-32 of `length` bytes. It stands for crc32_z, whose count zlib defines by its configuration.
static inline unsigned long hearth_crc32(const unsigned char *bytes, size_t length) {
    return crc32_z(crc32_z(0, NULL, 0), bytes, length);
}

#endif
