/* The object through which the prelude reaches the host. Programs never see it: the prelude keeps it to itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"

__attribute__((import_module("host"), import_name("call")))
int32_t host_call(const void *request, size_t len, uint8_t **answer, size_t *answer_len);

uint8_t *door(const void *message, size_t len, size_t *answer_len) {
    uint8_t *answer = NULL;
    return host_call(message, len, &answer, answer_len) == 0 ? answer : NULL;
}

static JSValue call(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    size_t len, answer_len;
    const char *message = JS_ToCStringLen(ctx, &len, argv[0]);
    if (!message)
        return JS_EXCEPTION;
    uint8_t *answer = door(message, len, &answer_len);
    JS_FreeCString(ctx, message);
    if (!answer)
        return JS_NULL;
    JSValue text = JS_NewStringLen(ctx, (const char *)answer, answer_len);
    free(answer);
    return text;
}

/* A lone surrogate, which UTF-8 has no place for, becomes a replacement character; both take three bytes. */
static void replace_surrogates(char *text, size_t len) {
    uint8_t *at = (uint8_t *)text, *end = at + len;
    while (end - at >= 3 && (at = memchr(at, 0xed, (size_t)(end - at) - 2))) {
        if (at[1] >= 0xa0)
            memcpy(at, "\xef\xbf\xbd", 3);
        at += 1;
    }
}

/* utf8(text): its bytes as a Uint8Array. */
static JSValue utf8(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    size_t len;
    const char *text = JS_ToCStringLen(ctx, &len, argv[0]);
    if (!text)
        return JS_EXCEPTION;
    JSValue bytes = JS_NewUint8ArrayCopy(ctx, (const uint8_t *)text, len);
    JS_FreeCString(ctx, text);
    uint8_t *copy = JS_IsException(bytes) ? NULL : JS_GetUint8Array(ctx, &len, bytes);
    if (copy)
        replace_surrogates((char *)copy, len);
    return bytes;
}

static void write_all(int fd, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

/* write(fd, text: string | Uint8Array) */
static JSValue write_stream(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int fd;
    size_t len;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    if (JS_IsString(argv[1])) {
        const char *text = JS_ToCStringLen(ctx, &len, argv[1]);
        if (!text)
            return JS_EXCEPTION;
        if (memchr(text, 0xed, len)) {
            char *clean = malloc(len ? len : 1);
            if (!clean) {
                JS_FreeCString(ctx, text);
                return JS_ThrowOutOfMemory(ctx);
            }
            memcpy(clean, text, len);
            replace_surrogates(clean, len);
            write_all(fd, clean, len);
            free(clean);
        } else {
            write_all(fd, text, len);
        }
        JS_FreeCString(ctx, text);
        return JS_UNDEFINED;
    }
    uint8_t *bytes = JS_GetUint8Array(ctx, &len, argv[1]);
    if (!bytes && JS_HasException(ctx))
        return JS_EXCEPTION;
    write_all(fd, (const char *)bytes, len);
    return JS_UNDEFINED;
}

/* Milliseconds since 1970. */
static JSValue now(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return JS_NewFloat64(ctx, (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6);
}

/* sleep(milliseconds); the host ends a program that sleeps longer than it may. */
static JSValue sleep_for(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    double milliseconds;
    if (JS_ToFloat64(ctx, &milliseconds, argv[0]))
        return JS_EXCEPTION;
    if (!(milliseconds > 0))
        return JS_UNDEFINED;
    double seconds = milliseconds / 1e3;
    struct timespec time;
    time.tv_sec = seconds < 4e9 ? (time_t)seconds : (time_t)4e9;
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    if (time.tv_nsec < 0 || time.tv_nsec > 999999999)
        time.tv_nsec = 0;
    clock_nanosleep(CLOCK_REALTIME, 0, &time, NULL);
    return JS_UNDEFINED;
}

static JSValue entropy(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    uint32_t number = 0;
    getentropy(&number, sizeof number);
    return JS_NewUint32(ctx, number);
}

/* Ends the program, whatever it catches. */
static JSValue exit_program(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int code;
    if (JS_ToInt32(ctx, &code, argv[0]))
        return JS_EXCEPTION;
    _Exit(code);
}

/* Whether a child of the program's is being left. */
static bool leaving;

/* leave(): ends what `confine` runs, whatever it catches. */
static JSValue leave(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    leaving = true;
    return JS_ThrowInternalError(ctx, "left"); /* these pass every catch */
}

/* confine(action): calls it; `leave` leads back here. */
static JSValue confine(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    JSValue result = JS_Call(ctx, argv[0], JS_UNDEFINED, 0, NULL);
    if (!JS_IsException(result)) {
        JS_FreeValue(ctx, result);
        return JS_UNDEFINED;
    }
    if (!leaving)
        return result;
    leaving = false;
    JS_FreeValue(ctx, JS_GetException(ctx));
    return JS_UNDEFINED;
}

/* takeJobs(number): the number whose jobs ran before. */
static JSValue take_jobs(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int number;
    if (JS_ToInt32(ctx, &number, argv[0]))
        return JS_EXCEPTION;
    int before = jobs_take(ctx, number);
    return before < 0 ? JS_ThrowOutOfMemory(ctx) : JS_NewInt32(ctx, before);
}

static JSValue drop_jobs(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int number;
    if (JS_ToInt32(ctx, &number, argv[0]))
        return JS_EXCEPTION;
    jobs_drop(ctx, number);
    return JS_UNDEFINED;
}

static JSValue out_of_memory(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    return JS_NewBool(ctx, allocator_has_failed());
}

static JSValue memory_used(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    return JS_NewInt64(ctx, (int64_t)allocator_used());
}

static JSValue collect_garbage(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    JS_RunGC(runtime);
    return JS_UNDEFINED;
}

/* Tests that were compiled before the programs that they test are there. */
static JSValue prepared = JS_UNDEFINED;

void prepared_forget(JSContext *ctx) {
    JS_FreeValue(ctx, prepared);
    prepared = JS_UNDEFINED;
}

/* Compiles, or runs, the script argv[0] called argv[1]. */
static JSValue script(JSContext *ctx, JSValueConst *argv, int flags) {
    size_t len;
    const char *source = JS_ToCStringLen(ctx, &len, argv[0]);
    if (!source)
        return JS_EXCEPTION;
    const char *path = JS_ToCString(ctx, argv[1]);
    JSValue result = path ? JS_Eval(ctx, source, len, path, JS_EVAL_TYPE_GLOBAL | flags) : JS_EXCEPTION;
    JS_FreeCString(ctx, path);
    JS_FreeCString(ctx, source);
    return result;
}

/* evaluate(source, path): the script's completion value. */
static JSValue evaluate(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    return script(ctx, argv, 0);
}

/* compileFile(path): the function that the file's text is the body of, with the parameters of a CommonJS module; nothing
 * when the text has a word that such a module need not have, so that it may be an ES module. */
static JSValue compile_file(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    /* No parenthesis before `function`: the parser would read all of what it closes, to see whether an arrow follows. */
    static const char BEFORE[] = "1?function (exports, require, module, __filename, __dirname) {", AFTER[] = "\n}:0";
    static const char *const WORDS[] = { "import", "export", "await" };
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    size_t len;
    char *text = file_text(ctx, path, sizeof BEFORE - 1, sizeof AFTER, &len);
    JSValue result = text ? JS_UNDEFINED : JS_EXCEPTION;
    bool maybe_module = false;
    for (size_t i = 0; text && i < sizeof WORDS / sizeof *WORDS; i++)
        maybe_module |= memmem(text + sizeof BEFORE - 1, len, WORDS[i], strlen(WORDS[i])) != NULL;
    if (text && !maybe_module) {
        memcpy(text, BEFORE, sizeof BEFORE - 1);
        memcpy(text + sizeof BEFORE - 1 + len, AFTER, sizeof AFTER);
        char *body = text + sizeof BEFORE - 1;
        if (len >= 2 && body[0] == '#' && body[1] == '!')
            body[0] = body[1] = '/';
        result = JS_Eval(ctx, text, sizeof BEFORE - 1 + len + sizeof AFTER - 1, path, JS_EVAL_TYPE_GLOBAL);
    }
    js_free(ctx, text);
    JS_FreeCString(ctx, path);
    return result;
}

/* prepare(source, path): compiles a script for `runPrepared`. */
static JSValue prepare(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    JSValue code = script(ctx, argv, JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(code))
        return code;
    prepared_forget(ctx);
    prepared = code;
    return JS_UNDEFINED;
}

static JSValue run_prepared(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    JSValue code = prepared;
    prepared = JS_UNDEFINED;
    return JS_EvalFunction(ctx, code);
}

/* isModule(source): whether its syntax is a module's. */
static JSValue is_module(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    size_t len;
    const char *source = JS_ToCStringLen(ctx, &len, argv[0]);
    if (!source)
        return JS_EXCEPTION;
    bool detected = JS_DetectModule(source, len);
    JS_FreeCString(ctx, source);
    return JS_NewBool(ctx, detected);
}

/* evaluateModule(path): the promise of its evaluation. */
static JSValue evaluate_module(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    JSValue promise = module_evaluate(ctx, path);
    JS_FreeCString(ctx, path);
    return promise;
}

/* namespace(path) of a module that was evaluated. */
static JSValue namespace(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    JSValue names = module_namespace(ctx, path);
    JS_FreeCString(ctx, path);
    return names;
}

/* Runs promise jobs until there are none; throws what a job throws. */
static JSValue run_jobs(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    JSContext *of;
    int ran;
    while ((ran = JS_ExecutePendingJob(runtime, &of)) > 0)
        ;
    return ran < 0 ? JS_EXCEPTION : JS_UNDEFINED;
}

/* promiseState(p): [0 pending, 1 fulfilled or 2 rejected, value]; undefined if it is no promise. */
static JSValue promise_state(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    JSPromiseStateEnum state = JS_PromiseState(ctx, argv[0]);
    if (state == JS_PROMISE_NOT_A_PROMISE)
        return JS_UNDEFINED;
    JSValue pair[2] = { JS_NewInt32(ctx, state == JS_PROMISE_PENDING ? 0 : state == JS_PROMISE_FULFILLED ? 1 : 2),
                        JS_PromiseResult(ctx, argv[0]) };
    return JS_NewArrayFrom(ctx, 2, pair);
}

/* proxyParts(x): [target, handler], both null when it was revoked; undefined if it is no proxy. */
static JSValue proxy_parts(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    if (!JS_IsProxy(argv[0]))
        return JS_UNDEFINED;
    JSValue pair[2] = { JS_GetProxyTarget(ctx, argv[0]), JS_GetProxyHandler(ctx, argv[0]) };
    for (int i = 0; i < 2; i++) {
        if (!JS_IsException(pair[i]))
            continue;
        JS_FreeValue(ctx, JS_GetException(ctx));
        pair[i] = JS_NULL;
    }
    return JS_NewArrayFrom(ctx, 2, pair);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("call", 1, call),
    JS_CFUNC_DEF("write", 2, write_stream),
    JS_CFUNC_DEF("utf8", 1, utf8),
    JS_CFUNC_DEF("now", 0, now),
    JS_CFUNC_DEF("sleep", 1, sleep_for),
    JS_CFUNC_DEF("entropy", 0, entropy),
    JS_CFUNC_DEF("random", 0, random_number),
    JS_CFUNC_DEF("exit", 1, exit_program),
    JS_CFUNC_DEF("leave", 0, leave),
    JS_CFUNC_DEF("confine", 1, confine),
    JS_CFUNC_DEF("takeJobs", 1, take_jobs),
    JS_CFUNC_DEF("dropJobs", 1, drop_jobs),
    JS_CFUNC_DEF("outOfMemory", 0, out_of_memory),
    JS_CFUNC_DEF("memoryUsed", 0, memory_used),
    JS_CFUNC_DEF("collectGarbage", 0, collect_garbage),
    JS_CFUNC_DEF("evaluate", 2, evaluate),
    JS_CFUNC_DEF("compileFile", 1, compile_file),
    JS_CFUNC_DEF("prepare", 2, prepare),
    JS_CFUNC_DEF("runPrepared", 0, run_prepared),
    JS_CFUNC_DEF("isModule", 1, is_module),
    JS_CFUNC_DEF("evaluateModule", 1, evaluate_module),
    JS_CFUNC_DEF("namespace", 1, namespace),
    JS_CFUNC_DEF("runJobs", 0, run_jobs),
    JS_CFUNC_DEF("promiseState", 1, promise_state),
    JS_CFUNC_DEF("proxyParts", 1, proxy_parts),
};

JSValue host_object(JSContext *ctx) {
    JSValue host = JS_NewObject(ctx);
    if (JS_IsException(host)
        || JS_SetPropertyFunctionList(ctx, host, functions, sizeof functions / sizeof *functions) < 0
        || files_install(ctx, host) < 0) {
        JS_FreeValue(ctx, host);
        return JS_EXCEPTION;
    }
    return host;
}
