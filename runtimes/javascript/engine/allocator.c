/* The module's allocator, in place of libc's, made for snapshots: what a program allocates lies together in pages that the
 * snapshot does not use, so that few pages differ from it.
 *
 * Blocks have a header, are aligned to 16 bytes, and go to a list of their size when they are freed, the last one first.
 * What no list has comes from the top of the heap. */
#include <errno.h>
#include <string.h>

#include "engine.h"

extern unsigned char __heap_base;

struct header {
    uint32_t size;
    uint32_t class;
    struct header *next; /* in the list of free blocks */
    uint32_t unused;
};

#define ALIGNMENT 16u
#define LARGEST 0x70000000u
#define PAGE 4096u
#define WASM_PAGE 65536u
/* Up to this size, classes are multiples of the alignment; above, a quarter of a power of two. */
#define SMALL 1024u
#define SMALL_CLASSES (SMALL / ALIGNMENT)
#define CLASSES (SMALL_CLASSES + 4 * (31 - 10))
/* Blocks of this class or a higher one may be served from a list of a slightly larger class. */
#define LARGE_CLASS (SMALL_CLASSES + 24)
/* Memory grows by at least so many pages of WebAssembly. */
#define LEAST_GROWTH 16u

static struct header *freed[CLASSES];
/* Fresh memory begins at `top`; memory ends at `end`; from `high` on it was never used, so it is zero. */
static uintptr_t top, high, end;
/* What was allocated below stays. */
static uintptr_t mark;
/* Where something was put aside: nothing else may be allocated from there on. */
static uintptr_t aside = UINTPTR_MAX;
static bool failed;

static void start(void) {
    mark = top = high = ((uintptr_t)&__heap_base + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
    end = __builtin_wasm_memory_size(0) * WASM_PAGE;
}

/* The class of blocks of `n` bytes, and their size. */
static uint32_t class_of(uint32_t n, uint32_t *size) {
    if (n <= SMALL) {
        uint32_t units = n ? (n + ALIGNMENT - 1) / ALIGNMENT : 1;
        *size = units * ALIGNMENT;
        return units - 1;
    }
    uint32_t power = 31 - (uint32_t)__builtin_clz(n - 1);
    uint32_t quarter = ((n - 1) >> (power - 2)) & 3;
    *size = (1u << power) + ((quarter + 1) << (power - 2));
    return SMALL_CLASSES + (power - 10) * 4 + quarter;
}

static void *refuse(void) {
    failed = true;
    errno = ENOMEM;
    return NULL;
}

/* Whether memory ends no earlier than `need`, after growing if it has to. */
static bool reach(uintptr_t need) {
    if (need <= end)
        return true;
    uintptr_t pages = (need - end + WASM_PAGE - 1) / WASM_PAGE;
    uintptr_t grown = pages < LEAST_GROWTH ? LEAST_GROWTH : pages;
    if (__builtin_wasm_memory_grow(0, grown) == (size_t)-1) {
        grown = pages;
        if (__builtin_wasm_memory_grow(0, grown) == (size_t)-1)
            return false;
    }
    end += grown * WASM_PAGE;
    return true;
}

static struct header *take(uint32_t class) {
    uint32_t last = class >= LARGE_CLASS ? class + 3 : class;
    for (uint32_t k = class; k <= last && k < CLASSES; k++) {
        struct header *block = freed[k];
        if (block) {
            freed[k] = block->next;
            return block;
        }
    }
    return NULL;
}

void *malloc(size_t n) {
    if (n > LARGEST)
        return refuse();
    if (!end)
        start();
    uint32_t size, class = class_of((uint32_t)n, &size);
    struct header *block = take(class);
    if (block)
        return block + 1;
    uintptr_t after = top + sizeof(struct header) + size;
    if (after < top || after > aside || !reach(after))
        return refuse();
    block = (struct header *)top;
    block->size = size;
    block->class = class;
    top = after;
    return block + 1;
}

void free(void *p) {
    if (!p)
        return;
    struct header *block = (struct header *)p - 1;
    if ((uintptr_t)p + block->size == top) {
        if (top > high)
            high = top;
        top = (uintptr_t)block;
        return;
    }
    block->next = freed[block->class];
    freed[block->class] = block;
}

size_t malloc_usable_size(void *p) {
    return p ? ((struct header *)p - 1)->size : 0;
}

void *calloc(size_t count, size_t size) {
    uint64_t n = (uint64_t)count * size;
    if (n > LARGEST)
        return refuse();
    uintptr_t used = top > high ? top : high;
    void *p = malloc((size_t)n);
    if (p && (uintptr_t)p < used)
        memset(p, 0, (size_t)n);
    return p;
}

void *realloc(void *p, size_t n) {
    if (!p)
        return malloc(n);
    struct header *block = (struct header *)p - 1;
    uint32_t old = block->size;
    if (n <= old && (n > old / 2 || old <= 64))
        return p;
    if ((uintptr_t)p + old == top && n > old && n <= LARGEST) {
        uint32_t size, class = class_of((uint32_t)n, &size);
        uintptr_t after = (uintptr_t)p + size;
        if (after < top || after > aside || !reach(after))
            return refuse();
        if (top > high)
            high = top;
        block->size = size;
        block->class = class;
        top = after;
        return p;
    }
    void *moved = malloc(n);
    if (!moved)
        return n <= old ? p : NULL;
    memcpy(moved, p, n < old ? n : old);
    free(p);
    return moved;
}

void *aligned_alloc(size_t alignment, size_t n) {
    return alignment <= ALIGNMENT ? malloc(n) : refuse();
}

void *memalign(size_t alignment, size_t n) {
    return aligned_alloc(alignment, n);
}

int posix_memalign(void **out, size_t alignment, size_t n) {
    *out = aligned_alloc(alignment, n);
    return *out ? 0 : ENOMEM;
}

bool allocator_has_failed(void) {
    return failed;
}

size_t allocator_used(void) {
    return top - (uintptr_t)&__heap_base;
}

void *allocator_aside(size_t size) {
    /* How much the prelude's objects take at most beside its bytecode, in bytes for one of bytecode. */
    const size_t PARTS = 6;
    if (size > LARGEST / (PARTS + 1))
        return refuse();
    aside = (top + PARTS * size + PAGE) & ~(uintptr_t)(PAGE - 1);
    if (!reach(aside + size))
        return refuse();
    if (high < aside + size)
        high = aside + size;
    return (void *)aside;
}

void allocator_mark(void) {
    if (!end)
        start();
    mark = top;
}

void allocator_reset(void) {
    memset((void *)mark, 0, aside - mark);
    memset(freed, 0, sizeof freed);
    top = mark;
    failed = false;
}

void allocator_seal(size_t headroom) {
    aside = UINTPTR_MAX;
    uintptr_t from = (top + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    /* What lies above is garbage of the start: zeroed, the snapshot need not have it, and `calloc` need not clear it. */
    memset((void *)top, 0, high > top ? high - top : 0);
    memset(freed, 0, sizeof freed);
    top = high = from;
    failed = false;
    reach(top + headroom);
}
