/* What the files of the engine share. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quickjs.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* The one runtime and the one context. */
extern JSRuntime *runtime;
extern JSContext *context;

/* The functions of the prelude's that C calls. */
struct hooks {
    JSValue main;      /* (request: string) -> report: string */
    JSValue failed;    /* (error) -> report: string, on what main threw */
    JSValue resolve;   /* (base: string, name: string) -> path: string */
    JSValue load;      /* (path: string) -> source: string, or [name, value] pairs of a module that is no source */
    JSValue describe;  /* (meta: object, path: string): fills import.meta */
    JSValue rejection; /* (promise, reason, handled: bool) */
};
extern struct hooks hooks;

/* allocator.c */

/* Whether an allocation has failed since the allocator was sealed. */
bool allocator_has_failed(void);
/* Bytes in use, holes included. */
size_t allocator_used(void);
/* What is allocated from now on can be forgotten. */
void allocator_mark(void);
/* Forgets what was allocated since the mark and zeroes it. What `allocator_aside` gave stays. */
void allocator_reset(void);
/* `size` bytes that lie above all that is allocated before the reset, and far above what is allocated then. */
void *allocator_aside(size_t size);
/* What is allocated from now on lies together, in fresh pages, of which `headroom` bytes are there without growing. */
void allocator_seal(size_t headroom);

/* quickjs_unit.c */

/* Lets all that is there live for ever, without counting references to it. */
void objects_seal(JSRuntime *rt);
/* Lets no new object fill a hole among those that are there. */
void arenas_seal(JSRuntime *rt);
/* Makes `count` arenas for each size of objects ahead, which costs programs the time to make them otherwise. */
bool arenas_prepare(JSRuntime *rt, int count);
/* Evaluates the module at `path`, loading it if it is not loaded; gives the promise of its evaluation. */
JSValue module_evaluate(JSContext *ctx, const char *path);
/* The namespace of the loaded module at `path`; undefined if it is not loaded. */
JSValue module_namespace(JSContext *ctx, const char *path);
/* Makes the promise jobs of child `number` those that run, those of the program being number 0; gives whose ran before. */
int jobs_take(JSContext *ctx, int number);
/* Forgets the promise jobs of child `number`, which do not run now. */
void jobs_drop(JSContext *ctx, int number);
/* Math.random, which takes its seed from the host when it is first called. */
JSValue random_number(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);

/* The engine's own way to sort, which needs no memory. */
typedef int compare_function(const void *a, const void *b, void *opaque);
void sort_in_place(void *base, size_t count, size_t size, compare_function *compare, void *opaque);

/* sort.c */

/* Sorts `count` items of `size` bytes, keeping the order of equal ones. */
void sort_like_v8(void *base, size_t count, size_t size, compare_function *compare, void *opaque);

/* modules.c */

void modules_install(JSRuntime *rt);

/* host.c */

/* The object through which the prelude reaches the host. */
JSValue host_object(JSContext *ctx);
/* Adds what files are reached by. */
int files_install(JSContext *ctx, JSValue host);
/* The `*len` bytes of a file, with so much room before and after them, to be freed; NULL after throwing. */
char *file_text(JSContext *ctx, const char *path, size_t before, size_t after, size_t *len);
/* Sends `message`. Gives the answer, of `*answer_len` bytes, to be freed; NULL when there is none. */
uint8_t *door(const void *message, size_t len, size_t *answer_len);
/* Lets go of tests that were compiled ahead. */
void prepared_forget(JSContext *ctx);

#endif
