-- Format 3 of the run file; docs/run-file.md explains it. Whoever changes this bumps FORMAT in schema.rs.
-- Digests are SHA-256 in lowercase hexadecimal. What many rows share is stored once, under its digest.

CREATE TABLE run (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), -- a file holds one run
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), -- UTC
    model TEXT NOT NULL,
    identity TEXT NOT NULL, -- JSON: what prompts, completions and verdicts depend on
    settings TEXT NOT NULL, -- JSON: what may change from one invocation to the next
    config_digest TEXT NOT NULL, -- of the identity
    results_digest TEXT, -- of all samples, when the metrics were computed
    model_facts TEXT -- JSON: what the user's models.toml said of the model; NULL when nothing
) STRICT;

CREATE TABLE invocation ( -- every command that opened the run to write
    id INTEGER NOT NULL PRIMARY KEY,
    started TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), -- UTC
    tool_version TEXT NOT NULL,
    command TEXT NOT NULL -- JSON: array of arguments, credentials removed
) STRICT;

CREATE TABLE request (
    digest TEXT NOT NULL PRIMARY KEY,
    request TEXT NOT NULL -- JSON: prompt, stop sequences
) STRICT;

CREATE TABLE task (
    suite TEXT NOT NULL,
    task_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL, -- position in the suite, from 0
    subset TEXT NOT NULL, -- '' for the suite's main part
    prompt TEXT REFERENCES request (digest), -- the first request; NULL when completions came from a file
    gold_fuel INTEGER, -- what the gold answer uses, where it decides the limit; NULL when none passes
    fuel_limit INTEGER, -- what a program may use; NULL when it is the same for all tasks
    PRIMARY KEY (suite, task_id)
) STRICT;

CREATE TABLE completion (
    suite TEXT NOT NULL,
    task_id TEXT NOT NULL,
    sample_index INTEGER NOT NULL, -- from 0
    turn INTEGER NOT NULL, -- from 0
    request TEXT REFERENCES request (digest), -- NULL when the completion came from a file
    kind TEXT NOT NULL, -- reply, continuation, verbatim, program
    text TEXT NOT NULL,
    reasoning TEXT, -- what the server reported apart; never executed
    finish TEXT, -- finish reason as the server spells it
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    first_token_ms INTEGER,
    total_ms INTEGER,
    attempts INTEGER NOT NULL, -- tries of the request, the last one included; 0 when it came from a file
    logprobs TEXT, -- JSON: array of tokens with their log-probabilities; NULL unless asked for
    PRIMARY KEY (suite, task_id, sample_index, turn),
    FOREIGN KEY (suite, task_id) REFERENCES task (suite, task_id)
) STRICT;

CREATE TABLE content ( -- texts of programs' files and standard inputs
    digest TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE program (
    digest TEXT NOT NULL PRIMARY KEY,
    runtime TEXT NOT NULL, -- name, for example python
    entry TEXT NOT NULL, -- JSON: how it starts
    stdin TEXT NOT NULL REFERENCES content (digest),
    limits TEXT NOT NULL, -- JSON
    seed TEXT NOT NULL -- decimal: 64 bits without sign
) STRICT;

CREATE TABLE program_file (
    program TEXT NOT NULL REFERENCES program (digest),
    position INTEGER NOT NULL, -- from 0
    path TEXT NOT NULL,
    content TEXT NOT NULL REFERENCES content (digest),
    PRIMARY KEY (program, position)
) STRICT;

CREATE TABLE outcome (
    digest TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL, -- completed, exception, out_of_fuel...
    fuel INTEGER NOT NULL,
    peak_memory_bytes INTEGER NOT NULL,
    outcome TEXT NOT NULL -- JSON: everything, output included
) STRICT;

CREATE TABLE sample (
    suite TEXT NOT NULL,
    task_id TEXT NOT NULL,
    sample_index INTEGER NOT NULL, -- from 0
    solution TEXT, -- the code that was judged; NULL when there was none
    rule TEXT, -- the extraction rule that gave it
    verdict TEXT NOT NULL, -- passed, failed, truncated, empty, unsupported, context_overflow, infra
    cause TEXT, -- of a failure: an outcome's status, or tests
    detail TEXT NOT NULL, -- the reason, for humans; may be ''
    verdict_json TEXT NOT NULL, -- JSON: everything
    PRIMARY KEY (suite, task_id, sample_index),
    FOREIGN KEY (suite, task_id) REFERENCES task (suite, task_id)
) STRICT;

CREATE TABLE execution ( -- a sample's programs in order; none for infra
    suite TEXT NOT NULL,
    task_id TEXT NOT NULL,
    sample_index INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    position INTEGER NOT NULL, -- from 0 within the turn
    program TEXT NOT NULL REFERENCES program (digest),
    runtime TEXT NOT NULL, -- digest of the runtime that executed it
    outcome TEXT NOT NULL REFERENCES outcome (digest),
    PRIMARY KEY (suite, task_id, sample_index, turn, position),
    FOREIGN KEY (suite, task_id, sample_index) REFERENCES sample (suite, task_id, sample_index)
) STRICT;

CREATE TABLE failure ( -- history of what the infrastructure did to samples
    id INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), -- UTC
    suite TEXT NOT NULL,
    task_id TEXT NOT NULL,
    sample_index INTEGER NOT NULL,
    stage TEXT NOT NULL, -- request, execution
    attempts INTEGER NOT NULL,
    message TEXT NOT NULL,
    FOREIGN KEY (suite, task_id) REFERENCES task (suite, task_id)
) STRICT;

CREATE TABLE metric (
    suite TEXT NOT NULL,
    name TEXT NOT NULL, -- for example pass@k
    k INTEGER, -- NULL where the metric has none
    value REAL NOT NULL,
    low REAL, -- confidence interval; NULL without one
    high REAL,
    UNIQUE (suite, name, k)
) STRICT;

CREATE VIEW verdicts AS -- one row a sample
SELECT
    s.suite, s.task_id, s.sample_index, t.subset, s.verdict, s.cause, s.detail, s.rule,
    c.turns, c.prompt_tokens, c.completion_tokens, c.total_ms, e.programs, e.fuel
FROM sample AS s
JOIN task AS t ON t.suite = s.suite AND t.task_id = s.task_id
LEFT JOIN (
    SELECT suite, task_id, sample_index, count(*) AS turns, sum(prompt_tokens) AS prompt_tokens,
        sum(completion_tokens) AS completion_tokens, sum(total_ms) AS total_ms
    FROM completion GROUP BY suite, task_id, sample_index
) AS c ON c.suite = s.suite AND c.task_id = s.task_id AND c.sample_index = s.sample_index
LEFT JOIN (
    SELECT x.suite, x.task_id, x.sample_index, count(*) AS programs, sum(o.fuel) AS fuel
    FROM execution AS x JOIN outcome AS o ON o.digest = x.outcome GROUP BY x.suite, x.task_id, x.sample_index
) AS e ON e.suite = s.suite AND e.task_id = s.task_id AND e.sample_index = s.sample_index;

CREATE VIEW task_results AS -- one row a task: what pass@k is computed from
SELECT
    t.suite, t.task_id, t.ordinal, t.subset, count(s.verdict) AS samples,
    coalesce(sum(CASE WHEN s.verdict = 'passed' THEN 1 ELSE 0 END), 0) AS passed,
    coalesce(sum(CASE WHEN s.verdict IN ('infra', 'context_overflow') THEN 1 ELSE 0 END), 0) AS infra
FROM task AS t
LEFT JOIN sample AS s ON s.suite = t.suite AND s.task_id = t.task_id
GROUP BY t.suite, t.task_id, t.ordinal, t.subset;

CREATE VIEW sources AS -- one row a file of a program
SELECT f.program, f.position, f.path, c.text
FROM program_file AS f JOIN content AS c ON c.digest = f.content;
