import { format, plugins } from 'pretty-format';

const OPTIONS = { escapeRegex: true, indent: 2, printFunctionName: false, escapeString: false, printBasicPrototype: false, plugins: [plugins.AsymmetricMatcher] };

const serialize = (value) => {
  const text = format(value, OPTIONS).replace(/\r\n|\r/g, '\n');
  return text.includes('\n') ? `\n${text}\n` : text;
};

// An inline snapshot is indented as the code around it; its first line says by how much.
function stripIndentation(snapshot) {
  const match = /^([^\S\n]*)\S/m.exec(snapshot);
  if (!match || !match[1]) return snapshot;
  const lines = snapshot.split('\n');
  if (lines.length <= 2 || lines[0].trim() !== '' || lines[lines.length - 1].trim() !== '') return snapshot;
  for (let i = 1; i < lines.length - 1; i++) {
    if (lines[i] === '') continue;
    if (!lines[i].startsWith(match[1])) return snapshot;
    lines[i] = lines[i].slice(match[1].length);
  }
  lines[lines.length - 1] = '';
  return lines.join('\n');
}

function compare(context, name, value, snapshot) {
  const { matcherHint, printDiffOrStringify, EXPECTED_COLOR, RECEIVED_COLOR } = context.utils;
  const received = serialize(value);
  const expected = stripIndentation(snapshot);
  return {
    pass: received === expected,
    message: () => `${matcherHint(name, undefined, 'snapshot', { isNot: context.isNot, promise: context.promise })}\n\n${
      printDiffOrStringify(expected.trim(), received.trim(), 'Snapshot', 'Received', true) ?? `Snapshot: ${EXPECTED_COLOR(expected)}\nReceived: ${RECEIVED_COLOR(received)}`}`,
  };
}

/** Snapshots that are written in the test file itself. Those in files of their own have nowhere to be kept. */
export const snapshotMatchers = (unsupported) => ({
  toMatchInlineSnapshot(received, ...rest) {
    const snapshot = rest.find((value) => typeof value === 'string');
    if (snapshot === undefined) unsupported('writing a new snapshot (toMatchInlineSnapshot without a snapshot)');
    return compare(this, 'toMatchInlineSnapshot', received, snapshot);
  },
  toThrowErrorMatchingInlineSnapshot(received, snapshot) {
    if (snapshot === undefined) unsupported('writing a new snapshot (toThrowErrorMatchingInlineSnapshot without a snapshot)');
    let thrown;
    if (this.promise) thrown = received;
    else {
      try {
        received();
      } catch (error) {
        thrown = error;
      }
    }
    return compare(this, 'toThrowErrorMatchingInlineSnapshot', thrown?.message, snapshot);
  },
  toMatchSnapshot() { return unsupported('snapshot files (toMatchSnapshot)'); },
  toThrowErrorMatchingSnapshot() { return unsupported('snapshot files (toThrowErrorMatchingSnapshot)'); },
});
