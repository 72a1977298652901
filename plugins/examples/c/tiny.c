/* Three small tasks, as a native library in C: cc -std=c99 -shared -fPIC -I../../api/include tiny.c -o tiny.so */

#include "assay_suite.h"
#include "json.h"

#define DATA "tiny/tasks.jsonl"
#define SHA256 "ff4da6295ca1f96a63801646258272e16ab253b0c45468fd5153a28dd5ff56fb"
#define INSTRUCTION "\\nAnswer with one ```python block that has the whole function.\\n"
#define LIMITS "{\"fuel\": 5000000000, \"memory_bytes\": 536870912, \"sleep\": {\"secs\": 3, \"nanos\": 0}}"

static const char INFO[] =
    "{\"id\": \"tiny\", \"version\": \"1\", \"title\": \"Tiny: three functions, an example\", "
    "\"licence\": \"Apache-2.0\", \"languages\": [\"python\"], \"runtimes\": [\"python\"], \"data\": [{\"path\": \"" DATA
    "\", \"made_from\": \"plugins/examples/data\", \"sha256\": \"" SHA256 "\"}], \"grading\": \"one_instance\", "
    "\"turns\": 2}";

typedef struct suite {
    const assay_host *host;
} suite;

/* What the methods give: a status, and the response in `out`. */
typedef int32_t method(const suite *suite, text request, buffer *out);

static int32_t fail(buffer *out, const char *kind, const char *message) {
    out->size = 0;
    add_raw(out, "{\"kind\": \"");
    add_raw(out, kind);
    add_raw(out, "\", \"message\": \"");
    add_escaped(out, message, strlen(message));
    add_raw(out, "\"}");
    return ASSAY_FAILED;
}

static text field(text request, const char *name) {
    return json_get(json_get(json_get(request, "task"), "fields"), name);
}

static int32_t info(const suite *suite, text request, buffer *out) {
    (void)suite, (void)request;
    add_raw(out, INFO);
    return ASSAY_OK;
}

static int32_t read_data(const assay_host *host, buffer *content) {
    uint8_t piece[4096];
    for (;;) {
        int64_t size = host->read(host->context, DATA, content->size, piece, sizeof piece);
        if (size <= 0 || content->failed) return size < 0 ? ASSAY_FAILED : ASSAY_OK;
        add(content, (const char *)piece, (size_t)size);
    }
}

static int32_t tasks(const suite *suite, text request, buffer *out) {
    (void)request;
    buffer content = {0};
    if (read_data(suite->host, &content) != ASSAY_OK) return fail(out, "other", "no data");
    add_raw(out, "{\"items\": [");
    const char *separator = "", *end = content.data + content.size;
    for (const char *line = content.data, *next; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t)(end - line));
        if (next == NULL) next = end;
        text row = {line, (size_t)(next - line)};
        text id = json_get(row, "task_id");
        if (id.at == NULL) continue;
        add_raw(out, separator);
        add_raw(out, "{\"id\": ");
        add_text(out, id);
        add_raw(out, ", \"fields\": ");
        add_text(out, row);
        add_raw(out, "}");
        separator = ", ";
    }
    add_raw(out, "]}");
    int failed = content.failed;
    free(content.data);
    return failed ? fail(out, "other", "no memory") : ASSAY_OK;
}

static int32_t prompt(const suite *suite, text request, buffer *out) {
    (void)suite;
    text turns = json_get(request, "turns"), turn = json_next(turns, NOWHERE);
    text said = json_get(json_get(turn, "scored"), "verdict");
    /* Whoever does not pass has a second try. */
    if (turn.at != NULL && (json_next(turns, turn).at != NULL || json_is(said, "\"passed\""))) {
        add_raw(out, "null");
        return ASSAY_OK;
    }
    if (!json_is(json_get(request, "style"), "\"chat\"")) {
        return fail(out, "unsupported", "no prompt for the completions API");
    }
    add_raw(out, "{\"prompt\": {\"style\": \"chat\", \"messages\": [{\"role\": \"user\", \"content\": \"");
    add_text(out, json_inside(field(request, "prompt")));
    add_raw(out, INSTRUCTION "\"}");
    if (turn.at != NULL) {
        add_raw(out, ", {\"role\": \"assistant\", \"content\": ");
        add_text(out, json_get(json_get(turn, "completion"), "text"));
        add_raw(out, "}, {\"role\": \"user\", \"content\": \"This answer is ");
        add_text(out, json_inside(said));
        add_raw(out, ". Write the whole function again.\\n\"}");
    }
    add_raw(out, "]}, \"max_tokens\": 512}");
    return ASSAY_OK;
}

/* The line after the one at `line`. */
static const char *after_line(const char *line, const char *end) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    return newline == NULL ? end : newline + 1;
}

/* The first line from `line` on that is a fence, or the end. */
static const char *fence(const char *line, const char *end) {
    while (line < end && (end - line < 3 || memcmp(line, "```", 3) != 0)) line = after_line(line, end);
    return line;
}

static int32_t extract(const suite *suite, text request, buffer *out) {
    (void)suite;
    text completion = json_get(request, "completion");
    text kind = json_get(completion, "kind"), reply = json_get(completion, "text");
    if (json_is(kind, "\"program\"") || json_is(kind, "\"verbatim\"")) {
        add_raw(out, "{\"code\": ");
        add_text(out, reply);
        add_raw(out, ", \"rule\": ");
        add_text(out, kind);
        add_raw(out, "}");
        return ASSAY_OK;
    }
    buffer words = {0};
    add_decoded(&words, reply);
    const char *end = words.data + words.size, *first = fence(words.data, end);
    if (first == end) {
        add_raw(out, "null");
    } else {
        const char *code = after_line(first, end), *last = fence(code, end);
        add_raw(out, "{\"code\": \"");
        add_escaped(out, code, (size_t)(last - code));
        add_raw(out, last == end ? "\", \"rule\": \"fenced-unclosed\"}" : "\", \"rule\": \"fenced\"}");
    }
    int failed = words.failed;
    free(words.data);
    return failed ? fail(out, "other", "no memory") : ASSAY_OK;
}

static int32_t programs(const suite *suite, text request, buffer *out) {
    (void)suite;
    add_raw(out, "[{\"runtime\": \"python\", \"files\": [{\"path\": \"solution.py\", \"text\": ");
    add_text(out, json_get(json_get(request, "solution"), "code"));
    add_raw(out, "}, {\"path\": \"tests.py\", \"text\": ");
    add_text(out, field(request, "test"));
    add_raw(out, "}], \"entry\": {\"kind\": \"tests\", \"solution\": \"solution.py\", \"tests\": \"tests.py\"}, "
                 "\"limits\": " LIMITS "}]");
    return ASSAY_OK;
}

/* A verdict of which the reason is `before`, the raw text `middle`, and `after`. */
static int32_t verdict(buffer *out, const char *start, const char *before, text middle, const char *after) {
    add_raw(out, start);
    add_raw(out, before);
    add_text(out, middle);
    add_raw(out, after);
    add_raw(out, "\"}");
    return ASSAY_OK;
}

#define FAILED(cause) "{\"verdict\": \"failed\", \"cause\": \"" cause "\", \"detail\": \""

/* Only a record in which every test passed is a pass: how a program exits or what it prints proves nothing. */
static int32_t score(const suite *suite, text request, buffer *out) {
    (void)suite;
    text outcomes = json_get(request, "outcomes"), outcome = json_next(outcomes, NOWHERE);
    if (outcome.at == NULL || json_next(outcomes, outcome).at != NULL) {
        return fail(out, "other", "not one outcome for one program");
    }
    text status = json_get(outcome, "outcome"), code = json_get(outcome, "exit_code");
    if (json_is(status, "\"infra\"")) {
        return verdict(out, "{\"verdict\": \"infra\", \"why\": \"", "", json_inside(json_get(outcome, "why")), "");
    }
    if (json_is(status, "\"unsupported\"")) {
        text what = json_inside(json_get(outcome, "what"));
        return verdict(out, "{\"verdict\": \"unsupported\", \"what\": \"", "", what, "");
    }
    if (json_is(status, "\"out_of_fuel\"")) {
        return verdict(out, FAILED("out_of_fuel"), "used up its fuel, ", json_get(outcome, "fuel"), "");
    }
    if (!json_is(status, "\"completed\"")) {
        add_raw(out, "{\"verdict\": \"failed\", \"cause\": ");
        add_text(out, status);
        return verdict(out, ", \"detail\": \"", "", json_inside(status), "");
    }
    text record = json_get(outcome, "record"), tests = json_get(record, "tests");
    if (tests.at == NULL) {
        return verdict(out, FAILED("no_record"), "the program ended before its tests, exit code ", code, "");
    }
    int run = 0;
    for (text test = json_next(tests, NOWHERE); test.at != NULL; test = json_next(tests, test)) {
        if (json_is(json_get(test, "skipped"), "true")) continue;
        if (!json_is(json_get(test, "passed"), "true")) {
            return verdict(out, FAILED("tests"), "", json_inside(json_get(test, "name")), "");
        }
        run = 1;
    }
    if (!run) return verdict(out, FAILED("tests"), "no test ran", NOWHERE, "");
    if (!json_is(code, "0")) return verdict(out, FAILED("completed"), "exit code ", code, " after its tests");
    add_raw(out, "{\"verdict\": \"passed\"}");
    return ASSAY_OK;
}

static int32_t reference(const suite *suite, text request, buffer *out) {
    (void)suite;
    add_raw(out, "{\"code\": ");
    add_text(out, field(request, "answer"));
    add_raw(out, ", \"rule\": \"reference\"}");
    return ASSAY_OK;
}

static const struct {
    const char *name;
    method *answer;
} METHODS[] = {
    {"info", info},         {"tasks", tasks}, {"prompt", prompt},       {"extract", extract},
    {"programs", programs}, {"score", score}, {"reference", reference},
};

static int32_t open_suite(const assay_host *host, void **opened, assay_bytes *response) {
    (void)response;
    suite *made = malloc(sizeof *made);
    if (made == NULL) return ASSAY_FAILED;
    made->host = host;
    *opened = made;
    return ASSAY_OK;
}

static int32_t call(void *opened, const char *name, const uint8_t *request, size_t size, assay_bytes *response) {
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
        if (strcmp(METHODS[i].name, name) != 0) continue;
        buffer out = {0};
        int32_t status = METHODS[i].answer(opened, (text){(const char *)request, size}, &out);
        if (out.failed) {
            free(out.data);
            return ASSAY_FAILED;
        }
        *response = (assay_bytes){(uint8_t *)out.data, out.size};
        return status;
    }
    return ASSAY_UNSUPPORTED;
}

static void free_bytes(assay_bytes bytes) { free(bytes.data); }

static void close_suite(void *opened) { free(opened); }

ASSAY_EXPORT const assay_suite_vtable *assay_suite(void) {
    static const assay_suite_vtable TABLE = {
        ASSAY_SUITE_ABI_MAJOR, ASSAY_SUITE_ABI_MINOR, sizeof(assay_suite_vtable),
        open_suite,            call,                  free_bytes,
        close_suite,
    };
    return &TABLE;
}
