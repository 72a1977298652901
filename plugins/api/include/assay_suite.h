/* A benchmark suite for Assay as a native library. C99.
 *
 * The library exports one function, assay_suite, which gives a table that lives as long as the process. Requests and
 * responses are JSON in UTF-8: docs/plugins.md and plugins/api/schema say what each method takes and gives.
 *
 * Purity: a suite's functions give the same answer for the same request, read nothing but the host's `read`, and keep no
 * state that a caller can see. `call` comes from several threads at once. Do not let an exception or a panic out: the
 * process would end. The library is never unloaded.
 *
 * Tables only grow, at their end; `size` says how much of one is there.
 */
#ifndef ASSAY_SUITE_H
#define ASSAY_SUITE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_SUITE_ABI_MAJOR 1u
#define ASSAY_SUITE_ABI_MINOR 0u

/* What open and call give. Any other number is taken for ASSAY_FAILED. */
#define ASSAY_OK 0          /* the response is what the method gives */
#define ASSAY_FAILED 1      /* the response is {"kind": "task" | "unsupported" | "other", "message": ..., "task_id": ...} */
#define ASSAY_UNSUPPORTED 2 /* the suite does not know the method; no response */
#define ASSAY_PANICKED 3    /* the suite's code panicked and was caught; the response is the message, as plain text */

/* Bytes that the library has allocated. The host hands them back to `free`. */
typedef struct assay_bytes {
    uint8_t *data; /* may be NULL where size is 0 */
    size_t size;
} assay_bytes;

/* What the host offers, from open to close. */
typedef struct assay_host {
    size_t size;   /* of this table, in bytes */
    void *context; /* to be handed to the functions */
    /* Copies up to `capacity` bytes of the suite's data file `path`, from `offset` on, to `buffer`. Gives how many, 0 at
     * the file's end, or -1 where the suite's info names no such file. During "info" there are none. The content is what
     * its authors published, decompressed, and has the digest that the info pins. */
    int64_t (*read)(void *context, const char *path, uint64_t offset, uint8_t *buffer, size_t capacity);
} assay_host;

typedef struct assay_suite_vtable {
    uint32_t abi_major; /* ASSAY_SUITE_ABI_MAJOR */
    uint32_t abi_minor; /* ASSAY_SUITE_ABI_MINOR */
    size_t size;        /* sizeof(assay_suite_vtable) */
    /* Makes a suite, at *suite. `host` stays valid until close. */
    int32_t (*open)(const assay_host *host, void **suite, assay_bytes *response);
    /* Calls the method of that name: "info", "tasks", "prompt", "extract", "programs", "score", "reference", or one that
     * came later, to be answered with ASSAY_UNSUPPORTED. */
    int32_t (*call)(void *suite, const char *method, const uint8_t *request, size_t request_size,
                    assay_bytes *response);
    /* Takes back the bytes of a response. */
    void (*free)(assay_bytes bytes);
    /* Ends a suite. */
    void (*close)(void *suite);
} assay_suite_vtable;

#if defined(_WIN32)
#define ASSAY_EXPORT __declspec(dllexport)
#else
#define ASSAY_EXPORT __attribute__((visibility("default")))
#endif

ASSAY_EXPORT const assay_suite_vtable *assay_suite(void);

#ifdef __cplusplus
}
#endif

#endif
