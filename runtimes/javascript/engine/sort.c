/* The sorting of arrays, with the comparisons that V8 makes, in its order: programs whose comparison contradicts itself, such
 * as one that gives a boolean, come to the same array as in node.
 *
 * It is the merge sort of Python's lists (its listsort.txt explains it): runs that are sorted already are found, short ones
 * made longer by insertion, and neighbours merged, by galloping where one of them wins often. */
#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define SHORTEST_RUN 64
#define LEAST_WINS 7
/* More runs than there can be in memory, since their lengths grow like Fibonacci's numbers. */
#define MOST_RUNS 64

struct run {
    size_t base, len;
};

struct sort {
    char *items; /* what is sorted, of `size` bytes each */
    size_t size;
    compare_function *compare;
    void *opaque;
    char *aside, *key; /* room for half of the items, and for one */
    size_t least_wins;
    struct run runs[MOST_RUNS];
    int run_count;
};

static char *item(struct sort *s, size_t at) {
    return s->items + at * s->size;
}

static char *part(struct sort *s, char *items, size_t at) {
    return items + at * s->size;
}

static bool less(struct sort *s, const char *a, const char *b) {
    return s->compare(a, b, s->opaque) < 0;
}

static void move(struct sort *s, char *to, const char *from, size_t count) {
    memmove(to, from, count * s->size);
}

static void reverse(struct sort *s, size_t from, size_t to) {
    while (from + 1 < to) {
        to--;
        move(s, s->key, item(s, from), 1);
        move(s, item(s, from), item(s, to), 1);
        move(s, item(s, to), s->key, 1);
        from++;
    }
}

/* The length of the run at `low`, ascending afterwards. */
static size_t make_run(struct sort *s, size_t low, size_t high) {
    if (low + 1 == high)
        return 1;
    bool descends = less(s, item(s, low + 1), item(s, low));
    size_t at = low + 2;
    while (at < high && less(s, item(s, at), item(s, at - 1)) == descends)
        at++;
    if (descends)
        reverse(s, low, at);
    return at - low;
}

/* Inserts the items from `start` on among those from `low` on. */
static void insert(struct sort *s, size_t low, size_t start, size_t high) {
    for (; start < high; start++) {
        size_t left = low, right = start;
        move(s, s->key, item(s, start), 1);
        while (left < right) {
            size_t middle = left + (right - left) / 2;
            if (less(s, s->key, item(s, middle)))
                right = middle;
            else
                left = middle + 1;
        }
        move(s, item(s, left + 1), item(s, left), start - left);
        move(s, item(s, left), s->key, 1);
    }
}

/* Where `key` belongs among sorted items: behind those that are equal to it, or before them. It is looked for near `hint`. */
static size_t gallop(struct sort *s, const char *key, char *items, size_t len, size_t hint, bool behind) {
    size_t last = 0, offset = 1;
    /* Whether the item at `at` belongs before the key. */
#define BEFORE(at) (behind ? !less(s, key, part(s, items, at)) : less(s, part(s, items, at), key))
    if (BEFORE(hint)) {
        size_t most = len - hint;
        while (offset < most && BEFORE(hint + offset)) {
            last = offset;
            offset = offset * 2 + 1;
        }
        if (offset > most)
            offset = most;
        last += hint + 1;
        offset += hint;
    } else {
        size_t most = hint + 1;
        while (offset < most && !BEFORE(hint - offset)) {
            last = offset;
            offset = offset * 2 + 1;
        }
        if (offset > most)
            offset = most;
        size_t from = hint + 1 - offset;
        offset = hint - last;
        last = from;
    }
    while (last < offset) {
        size_t middle = last + (offset - last) / 2;
        if (BEFORE(middle))
            last = middle + 1;
        else
            offset = middle;
    }
#undef BEFORE
    return offset;
}

static size_t fewer(size_t wins) {
    return wins > 1 ? wins - 1 : 1;
}

/* Merges neighbours of which the left one is the shorter one, and set aside. */
static void merge_low(struct sort *s, size_t base_a, size_t len_a, size_t base_b, size_t len_b) {
    move(s, s->aside, item(s, base_a), len_a);
    char *to = item(s, base_a), *a = s->aside, *b = item(s, base_b);
    const size_t size = s->size;
#define TAKE(from, count) (move(s, to, from, count), to += (count) * size, from += (count) * size)
    TAKE(b, 1);
    if (--len_b == 0)
        goto rest_of_a;
    if (len_a == 1)
        goto last_of_a;
    for (;;) {
        size_t wins_a = 0, wins_b = 0;
        do {
            if (less(s, b, a)) {
                TAKE(b, 1);
                wins_b++;
                wins_a = 0;
                if (--len_b == 0)
                    goto rest_of_a;
            } else {
                TAKE(a, 1);
                wins_a++;
                wins_b = 0;
                if (--len_a == 1)
                    goto last_of_a;
            }
        } while (wins_a < s->least_wins && wins_b < s->least_wins);
        s->least_wins++;
        do {
            s->least_wins = fewer(s->least_wins);
            wins_a = gallop(s, b, a, len_a, 0, true);
            TAKE(a, wins_a);
            len_a -= wins_a;
            if (len_a == 1)
                goto last_of_a;
            if (len_a == 0)
                return; /* only where the comparison contradicts itself */
            TAKE(b, 1);
            if (--len_b == 0)
                goto rest_of_a;
            wins_b = gallop(s, a, b, len_b, 0, false);
            TAKE(b, wins_b);
            len_b -= wins_b;
            if (len_b == 0)
                goto rest_of_a;
            TAKE(a, 1);
            if (--len_a == 1)
                goto last_of_a;
        } while (wins_a >= LEAST_WINS || wins_b >= LEAST_WINS);
        s->least_wins++;
    }
last_of_a:
    TAKE(b, len_b);
    move(s, to, a, 1);
    return;
rest_of_a:
    move(s, to, a, len_a);
#undef TAKE
}

/* Merges neighbours of which the right one is the shorter one, and set aside; from their ends. */
static void merge_high(struct sort *s, size_t base_a, size_t len_a, size_t base_b, size_t len_b) {
    move(s, s->aside, item(s, base_b), len_b);
    /* All three point behind what is next. */
    char *to = item(s, base_b + len_b), *a = item(s, base_a + len_a), *b = part(s, s->aside, len_b);
    const size_t size = s->size;
#define TAKE(from, count) (to -= (count) * size, from -= (count) * size, move(s, to, from, count))
    TAKE(a, 1);
    if (--len_a == 0)
        goto rest_of_b;
    if (len_b == 1)
        goto last_of_b;
    for (;;) {
        size_t wins_a = 0, wins_b = 0;
        do {
            if (less(s, b - size, a - size)) {
                TAKE(a, 1);
                wins_a++;
                wins_b = 0;
                if (--len_a == 0)
                    goto rest_of_b;
            } else {
                TAKE(b, 1);
                wins_b++;
                wins_a = 0;
                if (--len_b == 1)
                    goto last_of_b;
            }
        } while (wins_a < s->least_wins && wins_b < s->least_wins);
        s->least_wins++;
        do {
            s->least_wins = fewer(s->least_wins);
            wins_a = len_a - gallop(s, b - size, a - len_a * size, len_a, len_a - 1, true);
            TAKE(a, wins_a);
            len_a -= wins_a;
            if (len_a == 0)
                goto rest_of_b;
            TAKE(b, 1);
            if (--len_b == 1)
                goto last_of_b;
            wins_b = len_b - gallop(s, a - size, b - len_b * size, len_b, len_b - 1, false);
            TAKE(b, wins_b);
            len_b -= wins_b;
            if (len_b == 1)
                goto last_of_b;
            if (len_b == 0)
                return; /* only where the comparison contradicts itself */
            TAKE(a, 1);
            if (--len_a == 0)
                goto rest_of_b;
        } while (wins_a >= LEAST_WINS || wins_b >= LEAST_WINS);
        s->least_wins++;
    }
last_of_b:
    TAKE(a, len_a);
    move(s, to - size, b - size, 1);
    return;
rest_of_b:
    move(s, to - len_b * size, b - len_b * size, len_b);
#undef TAKE
}

/* Merges the run `at` with the next one. */
static void merge_at(struct sort *s, int at) {
    struct run a = s->runs[at], b = s->runs[at + 1];
    s->runs[at].len = a.len + b.len;
    if (at == s->run_count - 3)
        s->runs[at + 1] = s->runs[at + 2];
    s->run_count--;
    size_t first = gallop(s, item(s, b.base), item(s, a.base), a.len, 0, true);
    a.base += first;
    a.len -= first;
    if (a.len == 0)
        return;
    b.len = gallop(s, item(s, a.base + a.len - 1), item(s, b.base), b.len, b.len - 1, false);
    if (b.len == 0)
        return;
    if (a.len <= b.len)
        merge_low(s, a.base, a.len, b.base, b.len);
    else
        merge_high(s, a.base, a.len, b.base, b.len);
}

static bool is_balanced(struct sort *s, int at) {
    return at < 2 || s->runs[at - 2].len > s->runs[at - 1].len + s->runs[at].len;
}

static void merge_runs(struct sort *s, bool all) {
    while (s->run_count > 1) {
        int at = s->run_count - 2;
        bool shorter = at > 0 && s->runs[at - 1].len < s->runs[at + 1].len;
        if (all || !is_balanced(s, at + 1) || !is_balanced(s, at))
            at -= shorter;
        else if (s->runs[at].len > s->runs[at + 1].len)
            break;
        merge_at(s, at);
    }
}

void sort_like_v8(void *base, size_t count, size_t size, compare_function *compare, void *opaque) {
    if (count < 2)
        return;
    struct sort s = { .items = base, .size = size, .compare = compare, .opaque = opaque, .least_wins = LEAST_WINS };
    s.key = malloc(size * (count < SHORTEST_RUN ? 1 : count / 2 + 1));
    if (!s.key) {
        sort_in_place(base, count, size, compare, opaque);
        return;
    }
    s.aside = s.key + size;
    size_t shortest = count, odd = 0;
    while (shortest >= SHORTEST_RUN) {
        odd |= shortest & 1;
        shortest >>= 1;
    }
    shortest += odd;
    for (size_t low = 0; low < count;) {
        size_t len = make_run(&s, low, count);
        if (len < shortest) {
            size_t forced = count - low < shortest ? count - low : shortest;
            insert(&s, low, low + len, low + forced);
            len = forced;
        }
        s.runs[s.run_count++] = (struct run){ low, len };
        merge_runs(&s, false);
        low += len;
    }
    merge_runs(&s, true);
    free(s.key);
}
