/* How QuickJS finds and loads modules: the prelude decides. */
#include <string.h>

#include "engine.h"

static char *resolve(JSContext *ctx, const char *base, const char *name, void *opaque) {
    JSValue arguments[2] = { JS_NewString(ctx, base), JS_NewString(ctx, name) };
    JSValue path = JS_Call(ctx, hooks.resolve, JS_UNDEFINED, 2, (JSValueConst *)arguments);
    JS_FreeValue(ctx, arguments[0]);
    JS_FreeValue(ctx, arguments[1]);
    if (JS_IsException(path))
        return NULL;
    const char *text = JS_ToCString(ctx, path);
    JS_FreeValue(ctx, path);
    if (!text)
        return NULL;
    char *copy = js_strdup(ctx, text);
    JS_FreeCString(ctx, text);
    return copy;
}

static JSModuleDef *from_source(JSContext *ctx, const char *path, JSValueConst text) {
    size_t len;
    const char *source = JS_ToCStringLen(ctx, &len, text);
    if (!source)
        return NULL;
    JSValue compiled = JS_Eval(ctx, source, len, path, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    JS_FreeCString(ctx, source);
    if (JS_IsException(compiled))
        return NULL;
    JSModuleDef *module = JS_VALUE_GET_PTR(compiled);
    JS_FreeValue(ctx, compiled); /* the context has it too */
    JSValue arguments[2] = { JS_GetImportMeta(ctx, module), JS_NewString(ctx, path) };
    JSValue described = JS_Call(ctx, hooks.describe, JS_UNDEFINED, 2, (JSValueConst *)arguments);
    JS_FreeValue(ctx, arguments[0]);
    JS_FreeValue(ctx, arguments[1]);
    if (JS_IsException(described))
        return NULL;
    JS_FreeValue(ctx, described);
    return module;
}

/* One of the [name, value] pairs; name and value are to be freed. NULL behind the last one. */
static const char *pair(JSContext *ctx, JSValueConst pairs, uint32_t index, JSValue *value) {
    JSValue pair = JS_GetPropertyUint32(ctx, pairs, index);
    if (!JS_IsObject(pair))
        return NULL;
    JSValue name = JS_GetPropertyUint32(ctx, pair, 0);
    *value = JS_GetPropertyUint32(ctx, pair, 1);
    JS_FreeValue(ctx, pair);
    const char *text = JS_IsString(name) ? JS_ToCString(ctx, name) : NULL;
    JS_FreeValue(ctx, name);
    if (!text)
        JS_FreeValue(ctx, *value);
    return text;
}

/* Called when the module is evaluated: its value is what `load` gave. */
static int initialize(JSContext *ctx, JSModuleDef *module) {
    JSValue pairs = JS_GetModulePrivateValue(ctx, module), value;
    const char *name;
    int result = 0;
    for (uint32_t index = 0; result == 0 && (name = pair(ctx, pairs, index, &value)); index++) {
        result = JS_SetModuleExport(ctx, module, name, value);
        JS_FreeCString(ctx, name);
    }
    JS_FreeValue(ctx, pairs);
    return result;
}

static JSModuleDef *from_pairs(JSContext *ctx, const char *path, JSValueConst pairs) {
    JSModuleDef *module = JS_NewCModule(ctx, path, initialize);
    if (!module || JS_SetModulePrivateValue(ctx, module, JS_DupValue(ctx, pairs)) < 0)
        return NULL;
    JSValue value;
    const char *name;
    for (uint32_t index = 0; (name = pair(ctx, pairs, index, &value)); index++) {
        int result = JS_AddModuleExport(ctx, module, name);
        JS_FreeValue(ctx, value);
        JS_FreeCString(ctx, name);
        if (result < 0)
            return NULL;
    }
    return module;
}

static JSModuleDef *load(JSContext *ctx, const char *path, void *opaque) {
    JSValue argument = JS_NewString(ctx, path);
    JSValue loaded = JS_Call(ctx, hooks.load, JS_UNDEFINED, 1, (JSValueConst *)&argument);
    JS_FreeValue(ctx, argument);
    if (JS_IsException(loaded))
        return NULL;
    JSModuleDef *module = JS_IsString(loaded) ? from_source(ctx, path, loaded) : from_pairs(ctx, path, loaded);
    JS_FreeValue(ctx, loaded);
    return module;
}

static void rejected(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque) {
    JSValueConst arguments[3] = { promise, reason, JS_NewBool(ctx, handled) };
    JSValue result = JS_Call(ctx, hooks.rejection, JS_UNDEFINED, 3, arguments);
    if (JS_IsException(result))
        JS_FreeValue(ctx, JS_GetException(ctx));
    JS_FreeValue(ctx, result);
}

void modules_install(JSRuntime *rt) {
    JS_SetModuleLoaderFunc(rt, resolve, load, NULL);
    JS_SetHostPromiseRejectionTracker(rt, rejected, NULL);
}
