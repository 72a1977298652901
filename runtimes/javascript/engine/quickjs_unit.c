/* QuickJS, and what needs to see its inside. */
#include "quickjs.c"
#undef malloc
#undef free
#undef realloc

#include <unistd.h>

#include "engine.h"

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
