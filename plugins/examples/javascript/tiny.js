// Three small tasks, as a component in JavaScript.

import { read } from "assay:suite/data@1.0.0";

const DATA = "tiny/tasks.jsonl";
const INSTRUCTION = "\nAnswer with one ```python block that has the whole function.\n";

const INFO = {
  id: "tiny",
  version: "1",
  title: "Tiny: three functions, an example",
  licence: "Apache-2.0",
  languages: ["python"],
  runtimes: ["python"],
  data: [{ path: DATA, made_from: "plugins/examples/data", sha256: "ff4da6295ca1f96a63801646258272e16ab253b0c45468fd5153a28dd5ff56fb" }],
  grading: "one_instance",
  turns: 2,
};
const LIMITS = { fuel: 5_000_000_000, memory_bytes: 536_870_912, sleep: { secs: 3, nanos: 0 } };

// What these functions throw of this shape is the `failure` of suite.wit.
class Failure extends Error {
  constructor(tag, val) {
    super(val);
    this.payload = { tag, val };
  }
}

export const suite = {
  info: () => JSON.stringify(INFO),

  tasks() {
    const rows = readAll(DATA).split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line));
    return JSON.stringify({ items: rows.map((row) => ({ id: row.task_id, fields: row })) });
  },

  prompt(request) {
    const { task, style, turns } = JSON.parse(request);
    // Whoever does not pass has a second try.
    if (turns.length > 1 || turns[0]?.scored.verdict === "passed") return "null";
    if (style !== "chat") throw new Failure("unsupported", "no prompt for the completions API");
    const messages = [{ role: "user", content: task.fields.prompt + INSTRUCTION }];
    for (const { completion, scored } of turns) {
      const again = `This answer is ${scored.verdict}. Write the whole function again.\n`;
      messages.push({ role: "assistant", content: completion.text }, { role: "user", content: again });
    }
    return JSON.stringify({ prompt: { style: "chat", messages }, max_tokens: 512 });
  },

  extract(request) {
    const { kind, text } = JSON.parse(request).completion;
    const whole = kind === "program" || kind === "verbatim";
    return JSON.stringify(whole ? { code: text, rule: kind } : fenced(text));
  },

  programs(request) {
    const { task, solution } = JSON.parse(request);
    const files = [
      { path: "solution.py", text: solution.code },
      { path: "tests.py", text: task.fields.test },
    ];
    const entry = { kind: "tests", solution: "solution.py", tests: "tests.py" };
    return JSON.stringify([{ runtime: "python", files, entry, limits: LIMITS }]);
  },

  score(request) {
    const { task, outcomes } = JSON.parse(request);
    if (outcomes.length !== 1) {
      throw new Failure("other", `task ${task.id}: ${outcomes.length} outcomes for one program`);
    }
    return JSON.stringify(verdict(outcomes[0]));
  },

  reference(request) {
    const { task } = JSON.parse(request);
    return JSON.stringify({ code: task.fields.answer, rule: "reference" });
  },
};

function readAll(path) {
  const decoder = new TextDecoder();
  let [text, offset] = ["", 0n];
  for (;;) {
    const piece = read(path, offset, 1 << 20);
    if (piece.length === 0) return text + decoder.decode();
    text += decoder.decode(piece, { stream: true });
    offset += BigInt(piece.length);
  }
}

// The code in the first fenced block of a reply.
function fenced(text) {
  const lines = text.split(/(?<=\n)/);
  const first = lines.findIndex((line) => line.startsWith("```"));
  if (first < 0) return null;
  const rest = lines.slice(first + 1);
  const second = rest.findIndex((line) => line.startsWith("```"));
  const rule = second < 0 ? "fenced-unclosed" : "fenced";
  return { code: rest.slice(0, second < 0 ? undefined : second).join(""), rule };
}

// Only a record in which every test passed is a pass: how a program exits or what it prints proves nothing.
function verdict({ outcome, exit_code: code, why, what, fuel, record }) {
  if (outcome === "infra") return { verdict: "infra", why };
  if (outcome === "unsupported") return { verdict: "unsupported", what };
  if (outcome === "out_of_fuel") return failed(outcome, `used up its fuel, ${fuel}`);
  if (outcome !== "completed") return failed(outcome, outcome.replaceAll("_", " "));
  if (!record) return failed("no_record", `the program ended before its tests, exit code ${code}`);
  const run = record.tests.filter((test) => !test.skipped);
  const wrong = run.find((test) => !test.passed);
  if (wrong) return failed("tests", wrong.name);
  if (run.length === 0) return failed("tests", "no test ran");
  if (code !== 0) return failed("completed", `exit code ${code} after its tests`);
  return { verdict: "passed" };
}

const failed = (cause, detail) => ({ verdict: "failed", cause, detail });
