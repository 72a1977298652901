/* As much JSON as a suite needs: finding values in a text without parsing all of it, and writing texts. */
#ifndef JSON_H
#define JSON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of a text; nowhere where `at` is NULL. */
typedef struct text {
    const char *at;
    size_t size;
} text;

/* A text that grows. Once memory was denied it stays as it is and says so. */
typedef struct buffer {
    char *data;
    size_t size, room;
    int failed;
} buffer;

static const text NOWHERE = {NULL, 0};

static inline int json_is(text value, const char *raw) {
    return value.at != NULL && value.size == strlen(raw) && memcmp(value.at, raw, value.size) == 0;
}

static inline void add(buffer *to, const char *data, size_t size) {
    if (to->failed || size == 0) return;
    if (to->room - to->size < size) {
        size_t room = (to->size + size) * 2;
        char *grown = room > size ? realloc(to->data, room) : NULL;
        if (grown == NULL) {
            to->failed = 1;
            return;
        }
        to->data = grown;
        to->room = room;
    }
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

static inline void add_text(buffer *to, text value) { add(to, value.at, value.size); }

static inline void add_raw(buffer *to, const char *raw) { add(to, raw, strlen(raw)); }

/* Adds a string's inside: with escapes, without quotes. */
static inline void add_escaped(buffer *to, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        char escape[8];
        if (c == '"' || c == '\\') {
            snprintf(escape, sizeof escape, "\\%c", c);
            add_raw(to, escape);
        } else if (c < 0x20) {
            snprintf(escape, sizeof escape, "\\u%04x", c);
            add_raw(to, escape);
        } else {
            add(to, data + i, 1);
        }
    }
}

static inline const char *json_space(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    return at;
}

/* The end of the value that begins at `at`. Brackets and strings are all that has to be told apart. */
static inline const char *json_skip(const char *at, const char *end) {
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            for (at++; at < end && *at != '"'; at++) {
                if (*at == '\\') at++;
            }
            if (at >= end) return end;
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == '}' || *at == ']') {
            if (depth == 0) return at;
            depth--;
        } else if (depth == 0 && (*at == ',' || *at == ':')) {
            return at;
        } else {
            at++;
            continue;
        }
        at++;
        if (depth == 0) return at;
    }
    return end;
}

static inline text json_value(const char *at, const char *end) {
    at = json_space(at, end);
    const char *after = json_skip(at, end);
    while (after > at && (after[-1] == ' ' || after[-1] == '\n')) after--;
    return (text){at, (size_t)(after - at)};
}

/* The value of the key `key`, which needs no escapes, of an object; nowhere if there is none. */
static inline text json_get(text object, const char *key) {
    const char *at = object.at, *end = object.at == NULL ? NULL : object.at + object.size;
    if (at == NULL || object.size == 0 || *at != '{') return NOWHERE;
    for (at++; at < end;) {
        text name = json_value(at, end);
        at = json_space(name.at + name.size, end);
        if (at >= end || *at != ':') return NOWHERE;
        text value = json_value(at + 1, end);
        if (name.size == strlen(key) + 2 && memcmp(name.at + 1, key, name.size - 2) == 0) return value;
        at = json_space(value.at + value.size, end);
        if (at >= end || *at != ',') return NOWHERE;
        at = json_space(at + 1, end);
    }
    return NOWHERE;
}

/* The first item of a list after `before`, which is nowhere for the very first; nowhere if there is none. */
static inline text json_next(text list, text before) {
    const char *end = list.at == NULL ? NULL : list.at + list.size;
    if (list.at == NULL || list.size < 2 || *list.at != '[') return NOWHERE;
    const char *at = json_space(before.at == NULL ? list.at : before.at + before.size, end);
    if (at >= end || *at == ']') return NOWHERE;
    at = json_space(at + 1, end);
    return at < end && *at != ']' ? json_value(at, end) : NOWHERE;
}

/* A string without its quotes, escapes kept: what can stand in another string as it is. */
static inline text json_inside(text string) {
    if (string.at == NULL || string.size < 2 || *string.at != '"') return NOWHERE;
    return (text){string.at + 1, string.size - 2};
}

static inline void add_utf8(buffer *to, uint32_t c) {
    char bytes[4];
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size; i-- > 1; c >>= 6) bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(first[size] | c);
    add(to, bytes, size);
}

static inline uint32_t json_hex(const char *at) {
    char digits[5] = {at[0], at[1], at[2], at[3], 0};
    return (uint32_t)strtoul(digits, NULL, 16);
}

/* Adds what a string says, escapes resolved. */
static inline void add_decoded(buffer *to, text string) {
    text inside = json_inside(string);
    const char *end = inside.at == NULL ? NULL : inside.at + inside.size;
    for (const char *at = inside.at; at < end; at++) {
        if (*at != '\\' || end - at < 2) {
            add(to, at, 1);
            continue;
        }
        static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
        at++;
        const char *name = strchr(names, *at);
        if (*at == 'u' && end - at > 4) {
            uint32_t c = json_hex(at + 1);
            at += 4;
            if (c >= 0xd800 && c < 0xdc00 && end - at > 6 && at[1] == '\\' && at[2] == 'u') {
                c = 0x10000 + ((c - 0xd800) << 10) + (json_hex(at + 3) - 0xdc00);
                at += 6;
            }
            add_utf8(to, c);
        } else {
            add(to, name != NULL && *name != 0 ? &values[name - names] : at, 1);
        }
    }
}

#endif
