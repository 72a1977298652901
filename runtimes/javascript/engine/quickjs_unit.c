/* QuickJS, and what needs to see its inside. */
#include "engine.h"

#include <math.h>
#include <time.h>

#include "cutils.h"

/* Whole numbers below are integers of 64 bits. */
#define LIMIT 18446744073709551616.0 /* 2^64 */

/* `fmod` for the engine: libc's goes bit by bit, where the machine can divide most numbers that programs have. */
static double remainder_of(double x, double y) {
    double a = fabs(x), b = fabs(y);
    if (a < LIMIT && b >= 1 && b < LIMIT) {
        uint64_t dividend = (uint64_t)a, divisor = (uint64_t)b;
        if ((double)dividend == a && (double)divisor == b)
            return copysign((double)(dividend % divisor), x);
    }
    return fmod(x, y);
}

/* What every allocation goes through. */
#define INLINED static inline __attribute__((always_inline))
INLINED void *js_arena_malloc(JSRuntime *rt, size_t size);
INLINED void js_arena_free(JSRuntime *rt, void *ptr);
INLINED size_t js_arena_usable_size(JSRuntime *rt, const void *ptr);

/* `Atomics`, which the engine has only where there are threads. There is one here, so that what it waits for never comes:
 * it waits until the time is up, and without an end until the host ends the program. */
typedef struct {
    char unused;
} js_mutex_t, js_cond_t;
typedef bool js_once_t;
#define JS_ONCE_INIT false

static void js_once(js_once_t *done, void (*callback)(void)) {
    if (!*done)
        callback();
    *done = true;
}

static void js_mutex_init(js_mutex_t *mutex) {
}

static void js_mutex_lock(js_mutex_t *mutex) {
}

static void js_mutex_unlock(js_mutex_t *mutex) {
}

static void js_cond_init(js_cond_t *condition) {
}

static void js_cond_destroy(js_cond_t *condition) {
}

static void js_cond_signal(js_cond_t *condition) {
}

static int js_cond_timedwait(js_cond_t *condition, js_mutex_t *mutex, uint64_t nanoseconds) {
    const uint64_t SECOND = 1000000000;
    struct timespec time = {.tv_sec = (time_t)(nanoseconds / SECOND), .tv_nsec = (long)(nanoseconds % SECOND)};
    clock_nanosleep(CLOCK_REALTIME, 0, &time, NULL);
    return -1;
}

static void js_cond_wait(js_cond_t *condition, js_mutex_t *mutex) {
    for (;;)
        js_cond_timedwait(condition, mutex, UINT32_MAX * UINT64_C(1000000000));
}

#include "quickjs-c-atomics.h"
#define CONFIG_ATOMICS

/* Dispatch by a switch, as for Emscripten: WebAssembly has no computed jumps, and what stands for them is slower. */
#define EMSCRIPTEN

/* What sorts arrays, in place of the engine's own. */
#define rqsort sort_like_v8
#define fmod remainder_of
#include "quickjs.c"
#undef rqsort
#undef fmod
#undef EMSCRIPTEN
#undef malloc
#undef free
#undef realloc

#include <unistd.h>

void sort_in_place(void *base, size_t count, size_t size, compare_function *compare, void *opaque) {
    rqsort(base, count, size, compare, opaque);
}

/* What is not looked at for cycles. */
static struct list_head immortals;

/* Lets what has this header live for ever, whether it has a count or not. */
static void let_live(JSMallocBlockHeader *header) {
    /* The shape of a single object is changed where it is, so it has to be known for one. */
    if (header->gc_obj_type != JS_GC_OBJ_TYPE_SHAPE || header->ref_count != 1)
        header->ref_count = JS_IMMORTAL;
}

void objects_seal(JSRuntime *rt) {
    struct list_head *element, *next;
    /* What programs keep lies with what is theirs. */
    drop_kept(rt);
    /* Strings and names are in no list but that of their arena. */
    for (int size = 0; size < JS_ARENA_BLOCK_SIZE_COUNT; size++) {
        list_for_each(element, &rt->arena_state.arena_list[size]) {
            JSArena *arena = list_entry(element, JSArena, link);
            for (int i = 0; i < arena->n_blocks; i++)
                let_live(arena_get_block(arena, i, arena_block_sizes[size]));
        }
    }
    init_list_head(&immortals);
    list_for_each_safe(element, next, &rt->gc_obj_list) {
        JSMallocBlockHeader *header = js_rc(list_entry(element, JSGCObjectHeader, link));
        let_live(header);
        if (header->ref_count == JS_IMMORTAL) {
            list_del(element);
            list_add_tail(element, &immortals);
        }
    }
}

void arenas_seal(JSRuntime *rt) {
    JSArenaState *state = &rt->arena_state;
    for (int size = 0; size < JS_ARENA_BLOCK_SIZE_COUNT; size++) {
        struct list_head *element, *next;
        list_for_each_safe(element, next, &state->free_arena_list[size]) {
            JSArena *arena = list_entry(element, JSArena, free_link);
            /* An arena that seems full is looked at again only when one of its blocks is freed. */
            arena->n_blocks = arena->n_used_blocks;
            list_del(&arena->free_link);
        }
    }
}

bool arenas_prepare(JSRuntime *rt, int count) {
    for (int size = 0; size < JS_ARENA_BLOCK_SIZE_COUNT; size++) {
        JSArena *last = NULL;
        for (int i = 0; i < count; i++) {
            JSArena *arena = arena_new(rt, size);
            if (!arena)
                return false;
            /* One block is never freed, so that the arena stays. */
            JSMallocBlockHeader *block = arena_get_block(arena, 0, arena_block_sizes[size]);
            arena->first_free_block = block->u.free_next;
            arena->n_used_blocks = 1;
            block->u.block_idx = 0;
            /* The one that was made first is used first. */
            if (last) {
                list_del(&arena->free_link);
                list_add(&arena->free_link, &last->free_link);
            }
            last = arena;
        }
    }
    return true;
}

static JSModuleDef *find(JSContext *ctx, const char *path) {
    JSAtom name = JS_NewAtom(ctx, path);
    if (name == JS_ATOM_NULL)
        return NULL;
    JSModuleDef *module = js_find_loaded_module(ctx, name, JS_UNDEFINED);
    JS_FreeAtom(ctx, name);
    return module;
}

JSValue module_evaluate(JSContext *ctx, const char *path) {
    JSModuleDef *module = js_host_resolve_imported_module(ctx, "", path, JS_UNDEFINED);
    if (!module || js_resolve_module(ctx, module) < 0)
        return JS_EXCEPTION;
    return JS_EvalFunction(ctx, JS_NewModuleValue(ctx, module));
}

JSValue module_namespace(JSContext *ctx, const char *path) {
    JSModuleDef *module = find(ctx, path);
    return module ? JS_GetModuleNamespace(ctx, module) : JS_UNDEFINED;
}

/* The jobs that do not run now, by the numbers of those whose they are. */
static struct list_head **kept_jobs;
static int kept_count, running_jobs;

static struct list_head *kept(int number) {
    if (number >= kept_count) {
        struct list_head **grown = realloc(kept_jobs, ((size_t)number + 8) * sizeof *grown);
        if (!grown)
            return NULL;
        kept_jobs = grown;
        while (kept_count < number + 8)
            kept_jobs[kept_count++] = NULL;
    }
    if (!kept_jobs[number]) {
        kept_jobs[number] = malloc(sizeof **kept_jobs);
        if (kept_jobs[number])
            init_list_head(kept_jobs[number]);
    }
    return kept_jobs[number];
}

/* Moves all entries of one list, which is left empty, to the end of another. */
static void move_entries(struct list_head *from, struct list_head *to) {
    struct list_head *element, *next;
    list_for_each_safe(element, next, from) {
        list_del(element);
        list_add_tail(element, to);
    }
}

int jobs_take(JSContext *ctx, int number) {
    int before = running_jobs;
    struct list_head *here = &JS_GetRuntime(ctx)->job_list;
    if (number == before)
        return before;
    struct list_head *ours = kept(before), *theirs = kept(number);
    if (!ours || !theirs)
        return -1;
    move_entries(here, ours);
    move_entries(theirs, here);
    running_jobs = number;
    return before;
}

void jobs_drop(JSContext *ctx, int number) {
    struct list_head *element, *next;
    if (number >= kept_count || !kept_jobs[number])
        return;
    list_for_each_safe(element, next, kept_jobs[number]) {
        JSJobEntry *entry = list_entry(element, JSJobEntry, link);
        list_del(element);
        for (int i = 0; i < entry->argc; i++)
            JS_FreeValue(ctx, entry->argv[i]);
        js_free(ctx, entry);
    }
    free(kept_jobs[number]);
    kept_jobs[number] = NULL;
}

JSValue random_number(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    static bool seeded;
    if (!seeded) {
        uint64_t seed;
        getentropy(&seed, sizeof seed);
        ctx->random_state = seed ? seed : 1;
        seeded = true;
    }
    return js_math_random(ctx, this, argc, argv);
}
