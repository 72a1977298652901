/* Files, as POSIX has them: what node's `fs` is made of. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine.h"

/* Errors as node tells them: with Linux's numbers. */
static const struct {
    int number;
    const char *code;
    int linux_number;
    const char *text;
} errors[] = {
    { EACCES, "EACCES", 13, "permission denied" },
    { EBADF, "EBADF", 9, "bad file descriptor" },
    { EEXIST, "EEXIST", 17, "file already exists" },
    { EINVAL, "EINVAL", 22, "invalid argument" },
    { EIO, "EIO", 5, "i/o error" },
    { EISDIR, "EISDIR", 21, "illegal operation on a directory" },
    { ELOOP, "ELOOP", 40, "too many symbolic links encountered" },
    { EMFILE, "EMFILE", 24, "too many open files" },
    { ENAMETOOLONG, "ENAMETOOLONG", 36, "name too long" },
    { ENOENT, "ENOENT", 2, "no such file or directory" },
    { ENOSPC, "ENOSPC", 28, "no space left on device" },
    { ENOSYS, "ENOSYS", 38, "function not implemented" },
    { ENOTDIR, "ENOTDIR", 20, "not a directory" },
    { ENOTEMPTY, "ENOTEMPTY", 39, "directory not empty" },
    { EPERM, "EPERM", 1, "operation not permitted" },
    { EROFS, "EROFS", 30, "read-only file system" },
    { ESPIPE, "ESPIPE", 29, "invalid seek" },
    { EXDEV, "EXDEV", 18, "cross-device link not permitted" },
    { ENOTCAPABLE, "EPERM", 1, "operation not permitted" },
};

/* Throws the error `errno` of `syscall` on `path`, which may be NULL. */
static JSValue fail(JSContext *ctx, const char *syscall, const char *path) {
    int number = errno;
    const char *code = "UNKNOWN", *text = "unknown error";
    int linux_number = number;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (errors[i].number == number) {
            code = errors[i].code;
            linux_number = errors[i].linux_number;
            text = errors[i].text;
        }
    }
    JSValue error = JS_NewError(ctx);
    if (JS_IsException(error))
        return error;
    char message[512];
    int written = path ? snprintf(message, sizeof message, "%s: %s, %s '%s'", code, text, syscall, path)
                       : snprintf(message, sizeof message, "%s: %s, %s", code, text, syscall);
    if (written < 0)
        message[0] = 0;
    JS_DefinePropertyValueStr(ctx, error, "message", JS_NewString(ctx, message),
                              JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    JS_SetPropertyStr(ctx, error, "errno", JS_NewInt32(ctx, -linux_number));
    JS_SetPropertyStr(ctx, error, "code", JS_NewString(ctx, code));
    JS_SetPropertyStr(ctx, error, "syscall", JS_NewString(ctx, syscall));
    if (path)
        JS_SetPropertyStr(ctx, error, "path", JS_NewString(ctx, path));
    return JS_Throw(ctx, error);
}

/* A path, to be freed; NULL after throwing when it is none. */
static const char *path_of(JSContext *ctx, JSValueConst value) {
    size_t len;
    const char *path = JS_ToCStringLen(ctx, &len, value);
    if (path && strlen(path) != len) {
        JS_ThrowTypeError(ctx, "a path contains a null byte");
        JS_FreeCString(ctx, path);
        return NULL;
    }
    return path;
}

/* What came of `syscall` on `path`, which is freed. */
static JSValue done(JSContext *ctx, int result, const char *syscall, const char *path) {
    JSValue value = result < 0 ? fail(ctx, syscall, path) : JS_NewInt32(ctx, result);
    JS_FreeCString(ctx, path);
    return value;
}

/* open(path, flags, mode): a descriptor. */
static JSValue file_open(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int flags, mode;
    if (JS_ToInt32(ctx, &flags, argv[1]) || JS_ToInt32(ctx, &mode, argv[2]))
        return JS_EXCEPTION;
    const char *path = path_of(ctx, argv[0]);
    return path ? done(ctx, open(path, flags, mode), "open", path) : JS_EXCEPTION;
}

static JSValue file_close(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int fd;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    return close(fd) < 0 ? fail(ctx, "close", NULL) : JS_UNDEFINED;
}

/* The arguments (fd, bytes, offset, length, position or -1). */
struct transfer {
    int fd;
    uint8_t *bytes;
    size_t len;
    int64_t position;
};

static int transfer_of(JSContext *ctx, JSValueConst *argv, struct transfer *transfer) {
    int64_t offset, len;
    size_t size;
    if (JS_ToInt32(ctx, &transfer->fd, argv[0]) || JS_ToInt64(ctx, &offset, argv[2]) || JS_ToInt64(ctx, &len, argv[3])
        || JS_ToInt64(ctx, &transfer->position, argv[4]))
        return -1;
    uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[1]);
    if (!bytes && JS_HasException(ctx))
        return -1;
    if (offset < 0 || len < 0 || (uint64_t)offset > size || (uint64_t)len > size - (uint64_t)offset) {
        JS_ThrowRangeError(ctx, "a part of %lld bytes at %lld is not in %zu bytes", (long long)len, (long long)offset,
                           size);
        return -1;
    }
    transfer->bytes = bytes + offset;
    transfer->len = (size_t)len;
    return 0;
}

static JSValue file_read(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    struct transfer to;
    if (transfer_of(ctx, argv, &to))
        return JS_EXCEPTION;
    ssize_t n = to.position < 0 ? read(to.fd, to.bytes, to.len) : pread(to.fd, to.bytes, to.len, to.position);
    return n < 0 ? fail(ctx, "read", NULL) : JS_NewInt64(ctx, n);
}

static JSValue file_write(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    struct transfer from;
    if (transfer_of(ctx, argv, &from))
        return JS_EXCEPTION;
    ssize_t n = from.position < 0 ? write(from.fd, from.bytes, from.len)
                                  : pwrite(from.fd, from.bytes, from.len, from.position);
    return n < 0 ? fail(ctx, "write", NULL) : JS_NewInt64(ctx, n);
}

static double milliseconds(struct timespec time) {
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static JSValue stat_object(JSContext *ctx, const struct stat *stat) {
    const char *type = S_ISDIR(stat->st_mode) ? "directory"
        : S_ISREG(stat->st_mode)              ? "file"
        : S_ISLNK(stat->st_mode)              ? "symlink"
                                              : "character";
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        { "dev", (double)stat->st_dev },           { "ino", (double)stat->st_ino },
        { "nlink", (double)stat->st_nlink },       { "size", (double)stat->st_size },
        { "atimeMs", milliseconds(stat->st_atim) }, { "mtimeMs", milliseconds(stat->st_mtim) },
        { "ctimeMs", milliseconds(stat->st_ctim) },
    };
    JSValue object = JS_NewObject(ctx);
    if (JS_IsException(object))
        return object;
    JS_SetPropertyStr(ctx, object, "type", JS_NewString(ctx, type));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        JS_SetPropertyStr(ctx, object, numbers[i].name, JS_NewNumber(ctx, numbers[i].value));
    return object;
}

/* stat(path, followLinks) */
static JSValue file_stat(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    struct stat found;
    const char *path = path_of(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    bool follow = JS_ToBool(ctx, argv[1]);
    int result = follow ? stat(path, &found) : lstat(path, &found);
    JSValue value = result < 0 ? fail(ctx, follow ? "stat" : "lstat", path) : stat_object(ctx, &found);
    JS_FreeCString(ctx, path);
    return value;
}

/* kind(path): 0 where there is nothing, 1 for a file, 2 for anything else; what links lead to. */
static JSValue file_kind(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    struct stat found;
    const char *path = path_of(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    int kind = stat(path, &found) < 0 ? 0 : S_ISREG(found.st_mode) ? 1 : 2;
    JS_FreeCString(ctx, path);
    return JS_NewInt32(ctx, kind);
}

char *file_text(JSContext *ctx, const char *path, size_t before, size_t after, size_t *len) {
    struct stat found;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &found) < 0) {
        fail(ctx, "open", path);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    size_t size = found.st_size > 0 && found.st_size < INT32_MAX ? (size_t)found.st_size : 0;
    char *text = js_malloc(ctx, before + size + after);
    ssize_t n;
    *len = 0;
    while (text && *len < size && (n = read(fd, text + before + *len, size - *len)) > 0)
        *len += (size_t)n;
    close(fd);
    return text;
}

/* readText(path): a whole file, as text. */
static JSValue file_read_text(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = path_of(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    size_t len;
    char *bytes = file_text(ctx, path, 0, 1, &len);
    JSValue text = bytes ? JS_NewStringLen(ctx, bytes, len) : JS_EXCEPTION;
    js_free(ctx, bytes);
    JS_FreeCString(ctx, path);
    return text;
}

static JSValue file_fstat(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int fd;
    struct stat found;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    return fstat(fd, &found) < 0 ? fail(ctx, "fstat", NULL) : stat_object(ctx, &found);
}

/* readdir(path): [name, type] pairs. */
static JSValue file_readdir(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = path_of(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    DIR *directory = opendir(path);
    if (!directory)
        return done(ctx, -1, "scandir", path);
    JSValue list = JS_NewArray(ctx);
    struct dirent *entry;
    uint32_t count = 0;
    while (!JS_IsException(list) && (entry = readdir(directory))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        const char *type = entry->d_type == DT_DIR ? "directory"
            : entry->d_type == DT_LNK              ? "symlink"
            : entry->d_type == DT_REG              ? "file"
                                                   : "character";
        JSValue pair[2] = { JS_NewString(ctx, entry->d_name), JS_NewString(ctx, type) };
        if (JS_SetPropertyUint32(ctx, list, count++, JS_NewArrayFrom(ctx, 2, pair)) < 0) {
            JS_FreeValue(ctx, list);
            list = JS_EXCEPTION;
        }
    }
    closedir(directory);
    JS_FreeCString(ctx, path);
    return list;
}

static JSValue file_mkdir(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = path_of(ctx, argv[0]);
    return path ? done(ctx, mkdir(path, 0777), "mkdir", path) : JS_EXCEPTION;
}

static JSValue file_rmdir(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = path_of(ctx, argv[0]);
    return path ? done(ctx, rmdir(path), "rmdir", path) : JS_EXCEPTION;
}

static JSValue file_unlink(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = path_of(ctx, argv[0]);
    return path ? done(ctx, unlink(path), "unlink", path) : JS_EXCEPTION;
}

/* A system call of two paths. */
static JSValue pair_call(JSContext *ctx, JSValueConst *argv, int (*call)(const char *, const char *), const char *syscall) {
    const char *one = path_of(ctx, argv[0]);
    if (!one)
        return JS_EXCEPTION;
    const char *other = path_of(ctx, argv[1]);
    JSValue value = other ? done(ctx, call(one, other), syscall, one) : JS_EXCEPTION;
    if (!other)
        JS_FreeCString(ctx, one);
    JS_FreeCString(ctx, other);
    return value;
}

static JSValue file_rename(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    return pair_call(ctx, argv, rename, "rename");
}

static JSValue file_link(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    return pair_call(ctx, argv, link, "link");
}

static JSValue file_symlink(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    return pair_call(ctx, argv, symlink, "symlink");
}

static JSValue file_readlink(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    char target[4096];
    const char *path = path_of(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    ssize_t len = readlink(path, target, sizeof target);
    JSValue value = len < 0 ? fail(ctx, "readlink", path) : JS_NewStringLen(ctx, target, (size_t)len);
    JS_FreeCString(ctx, path);
    return value;
}

/* truncate(fd, size) */
static JSValue file_truncate(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    int fd;
    int64_t size;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt64(ctx, &size, argv[1]))
        return JS_EXCEPTION;
    return ftruncate(fd, size) < 0 ? fail(ctx, "ftruncate", NULL) : JS_UNDEFINED;
}

/* utimes(path, atimeMs, mtimeMs) */
static JSValue file_utimes(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    struct timespec times[2];
    for (int i = 0; i < 2; i++) {
        double value;
        if (JS_ToFloat64(ctx, &value, argv[1 + i]))
            return JS_EXCEPTION;
        if (!(value >= 0 && value < 9e15))
            value = 0;
        times[i].tv_sec = (time_t)(value / 1e3);
        times[i].tv_nsec = (long)((value - (double)times[i].tv_sec * 1e3) * 1e6);
    }
    const char *path = path_of(ctx, argv[0]);
    return path ? done(ctx, utimensat(AT_FDCWD, path, times, 0), "utime", path) : JS_EXCEPTION;
}

static JSValue file_cwd(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    char path[4096];
    return getcwd(path, sizeof path) ? JS_NewString(ctx, path) : fail(ctx, "getcwd", NULL);
}

static JSValue file_chdir(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv) {
    const char *path = path_of(ctx, argv[0]);
    return path ? done(ctx, chdir(path), "chdir", path) : JS_EXCEPTION;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("open", 3, file_open),
    JS_CFUNC_DEF("close", 1, file_close),
    JS_CFUNC_DEF("read", 5, file_read),
    JS_CFUNC_DEF("write", 5, file_write),
    JS_CFUNC_DEF("stat", 2, file_stat),
    JS_CFUNC_DEF("kind", 1, file_kind),
    JS_CFUNC_DEF("readText", 1, file_read_text),
    JS_CFUNC_DEF("fstat", 1, file_fstat),
    JS_CFUNC_DEF("readdir", 1, file_readdir),
    JS_CFUNC_DEF("mkdir", 1, file_mkdir),
    JS_CFUNC_DEF("rmdir", 1, file_rmdir),
    JS_CFUNC_DEF("unlink", 1, file_unlink),
    JS_CFUNC_DEF("rename", 2, file_rename),
    JS_CFUNC_DEF("link", 2, file_link),
    JS_CFUNC_DEF("symlink", 2, file_symlink),
    JS_CFUNC_DEF("readlink", 1, file_readlink),
    JS_CFUNC_DEF("truncate", 2, file_truncate),
    JS_CFUNC_DEF("utimes", 3, file_utimes),
    JS_CFUNC_DEF("cwd", 0, file_cwd),
    JS_CFUNC_DEF("chdir", 1, file_chdir),
};

int files_install(JSContext *ctx, JSValue host) {
    static const struct {
        const char *name;
        int value;
    } flags[] = {
        { "RDONLY", O_RDONLY },       { "WRONLY", O_WRONLY },   { "RDWR", O_RDWR },   { "CREAT", O_CREAT },
        { "EXCL", O_EXCL },           { "TRUNC", O_TRUNC },     { "APPEND", O_APPEND }, { "SYNC", O_SYNC },
        { "DIRECTORY", O_DIRECTORY }, { "NOFOLLOW", O_NOFOLLOW },
    };
    JSValue files = JS_NewObject(ctx), names = JS_NewObject(ctx);
    if (JS_SetPropertyFunctionList(ctx, files, functions, sizeof functions / sizeof *functions) < 0)
        return -1;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        JS_SetPropertyStr(ctx, names, flags[i].name, JS_NewInt32(ctx, flags[i].value));
    JS_SetPropertyStr(ctx, files, "O", names);
    return JS_SetPropertyStr(ctx, host, "files", files);
}
