/* What the host calls: `turn` once, to install the prelude; `run` for each program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"

/* What there is to allocate without growing memory, which costs the instance, in bytes. */
#define HEADROOM (8u << 20)
/* Cycles are looked for when so much was allocated, since looking takes time and writes to all objects of the program. */
#define GARBAGE_BYTES (32u << 20)
/* Arenas of each size of objects that the snapshot has ready. */
#define ARENAS 4
#define SECRET_BYTES 32

JSRuntime *runtime;
JSContext *context;
struct hooks hooks;

EXPORT("host_alloc") void *host_alloc(size_t size) {
    return malloc(size);
}

static int start(void) {
    runtime = JS_NewRuntime();
    if (!runtime)
        return -1;
    JS_SetMaxStackSize(runtime, JS_STACK_SIZE);
    JS_UpdateStackTop(runtime);
    JS_SetCanBlock(runtime, true);
    context = JS_NewContext(runtime);
    return context ? 0 : -1;
}

/* Prints the exception, which the host shows. */
static int failed(void) {
    JSValue error = JS_GetException(context);
    const char *text = JS_ToCString(context, error);
    fprintf(stderr, "%s\n", text ? text : "(no text)");
    JS_FreeCString(context, text);
    JSValue stack = JS_IsObject(error) ? JS_GetPropertyStr(context, error, "stack") : JS_UNDEFINED;
    text = JS_IsString(stack) ? JS_ToCString(context, stack) : NULL;
    fprintf(stderr, "%s\n", text ? text : "");
    JS_FreeCString(context, text);
    JS_FreeValue(context, stack);
    JS_FreeValue(context, error);
    return 1;
}

/* The bytecode of `source`, in memory that a reset leaves alone.
 *
 * Parsing leaves holes all over the heap, and the names and lines of the prelude's functions are of use to nobody. So it is
 * parsed in a runtime that is thrown away, and the one that the snapshot has loads the bytecode alone. */
static uint8_t *compile(const char *source, size_t len, size_t *code_len) {
    JSValue code = JS_Eval(context, source, len, "<prelude>", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(code))
        return NULL;
    int flags = JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_DEBUG | JS_WRITE_OBJ_STRIP_SOURCE;
    uint8_t *bytes = JS_WriteObject(context, code_len, code, flags);
    JS_FreeValue(context, code);
    if (!bytes)
        return NULL;
    uint8_t *aside = allocator_aside(*code_len);
    if (aside)
        memcpy(aside, bytes, *code_len);
    js_free(context, bytes);
    return aside;
}

static JSValue hook(JSValueConst host, const char *name) {
    JSValue value = JS_GetPropertyStr(context, host, name);
    if (!JS_IsFunction(context, value))
        fprintf(stderr, "the prelude sets no host.%s\n", name);
    return value;
}

/* Gives the prelude the host's object, runs it, and takes what it has set there. */
static int install(const uint8_t *code, size_t len) {
    JSValue global = JS_GetGlobalObject(context), host = host_object(context);
    if (JS_IsException(host) || JS_SetPropertyStr(context, global, "__host", JS_DupValue(context, host)) < 0)
        return failed();
    JSValue function = JS_ReadObject(context, code, len, JS_READ_OBJ_BYTECODE);
    JSValue result = JS_IsException(function) ? function : JS_EvalFunction(context, function);
    if (JS_IsException(result))
        return failed();
    JS_FreeValue(context, result);
    JSContext *of;
    int ran;
    while ((ran = JS_ExecutePendingJob(runtime, &of)) > 0)
        ;
    if (ran < 0)
        return failed();
    hooks.main = hook(host, "main");
    hooks.failed = hook(host, "failed");
    hooks.resolve = hook(host, "resolve");
    hooks.load = hook(host, "load");
    hooks.describe = hook(host, "describe");
    hooks.rejection = hook(host, "rejection");
    modules_install(runtime);
    JSAtom name = JS_NewAtom(context, "__host");
    int deleted = JS_DeleteProperty(context, global, name, 0);
    JS_FreeAtom(context, name);
    JS_FreeValue(context, host);
    JS_FreeValue(context, global);
    return deleted == 1 ? 0 : failed();
}

/* Makes what programs do after the snapshot touch little of what is in it. */
static int seal(void) {
    JSMemoryUsage usage;
    JS_RunGC(runtime);
    objects_seal(runtime);
    arenas_seal(runtime);
    allocator_seal(0);
    if (!arenas_prepare(runtime, ARENAS))
        return -1;
    JS_ComputeMemoryUsage(runtime, &usage);
    JS_SetGCThreshold(runtime, (size_t)usage.malloc_size + GARBAGE_BYTES);
    allocator_seal(HEADROOM);
    return 0;
}

/* Installs the prelude, source text of `len` bytes; 0 when that worked. The host takes its snapshot afterwards. */
EXPORT("turn") int turn(char *source, size_t len) {
    allocator_mark();
    char *text = malloc(len + 1); /* the parser wants a NUL behind the text */
    if (!text || start())
        return 1;
    memcpy(text, source, len);
    text[len] = 0;
    memset(source, 0, len); /* zeroes take no room in a snapshot */
    size_t code_len;
    uint8_t *code = compile(text, len, &code_len);
    if (!code)
        return failed();
    allocator_reset();
    if (start() || install(code, code_len))
        return 1;
    memset(code, 0, code_len);
    if (chdir("/work")) {
        perror("/work");
        return 1;
    }
    if (seal())
        return 1;
    size_t answer_len;
    free(door("e0", 2, &answer_len));
    return 0;
}

/* Sends the report, sealed; `len` is at most what the host takes. */
static void report(const uint8_t *seal, const char *json, size_t len) {
    size_t answer_len;
    char *message = malloc(1 + SECRET_BYTES + len);
    if (!message)
        return;
    message[0] = 'r';
    memcpy(message + 1, seal, SECRET_BYTES);
    memcpy(message + 1 + SECRET_BYTES, json, len);
    free(door(message, 1 + SECRET_BYTES + len, &answer_len));
    free(message);
}

/* Reports with no memory but what is here, when the prelude could not. */
static void report_undescribed(const uint8_t *seal) {
    static const char MEMORY[] = "{\"end\":\"out_of_memory\"}";
    static const char ERROR[] = "{\"end\":\"exception\",\"type\":\"InternalError\",\"message\":\"the error could not be described\","
                                "\"file\":null,\"line\":null}";
    static char message[1 + SECRET_BYTES + sizeof ERROR] = "r";
    const char *end = allocator_has_failed() ? MEMORY : ERROR;
    size_t len = strlen(end), answer_len;
    memcpy(message + 1, seal, SECRET_BYTES);
    memcpy(message + 1 + SECRET_BYTES, end, len);
    door(message, 1 + SECRET_BYTES + len, &answer_len);
}

/* What the prelude says of the exception that went through it: the engine's own errors pass every `catch`. */
static JSValue describe_failure(void) {
    JSValue error = JS_GetException(context);
    JS_ClearUncatchableError(context, error);
    JSValue result = JS_Call(context, hooks.failed, JS_UNDEFINED, 1, (JSValueConst *)&error);
    JS_FreeValue(context, error);
    return result;
}

/* Runs the program behind the door. */
EXPORT("run") int run(int unused) {
    /* The secret that seals the report is where no code of the program's reads: it never is a value of JavaScript's. It
     * is fetched first, since the door gives it only once. */
    uint8_t seal[SECRET_BYTES];
    size_t len;
    uint8_t *answer = door("s", 1, &len);
    if (!answer || len != SECRET_BYTES)
        return 1;
    memcpy(seal, answer, SECRET_BYTES);
    memset(answer, 0, SECRET_BYTES);
    free(answer);
    answer = door("p", 1, &len);
    if (!answer)
        return 1;
    JSValue request = JS_NewStringLen(context, (const char *)answer, len);
    free(answer);
    JSValue result = JS_Call(context, hooks.main, JS_UNDEFINED, 1, (JSValueConst *)&request);
    if (JS_IsException(result))
        result = describe_failure();
    const char *json = JS_IsString(result) ? JS_ToCStringLen(context, &len, result) : NULL;
    if (json)
        report(seal, json, len);
    else
        report_undescribed(seal);
    JS_FreeCString(context, json);
    JS_FreeValue(context, result);
    JS_FreeValue(context, request);
    return 0;
}
