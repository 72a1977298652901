// The console, which prints as node's does.
import { format, inspect } from 'node-inspect-extracted';
import { host } from './host.js';

const { replaceAll } = String.prototype;
const { apply } = Reflect;

/** A console; `failedAssertion` is told of the error that a false `console.assert` stands for. */
export function makeConsole({ failedAssertion }) {
  let indentation = '';
  const counts = new Map();
  const times = new Map();

  const print = (fd, text) => {
    if (indentation !== '') text = indentation + apply(replaceAll, text, ['\n', '\n' + indentation]);
    host.write(fd, text + '\n');
  };
  const log = (fd, values) => {
    // The most frequent case by far, in which there is nothing to format.
    if (values.length === 1 && typeof values[0] === 'string') print(fd, values[0]);
    else print(fd, apply(format, undefined, values));
  };
  const group = (...values) => {
    if (values.length > 0) log(1, values);
    indentation += '  ';
  };
  const elapsed = (label) => {
    const start = times.get(`${label}`);
    if (start === undefined) return undefined;
    const ms = host.now() - start;
    return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${ms.toFixed(3).replace(/\.?0+$/, '')}ms`;
  };

  const console = {
    log(...values) { log(1, values); },
    warn(...values) { log(2, values); },
    dir(value, options) { print(1, inspect(value, { customInspect: false, ...options })); },
    time(label = 'default') { times.set(`${label}`, host.now()); },
    timeEnd(label = 'default') {
      const time = elapsed(label);
      if (time !== undefined) print(1, `${label}: ${time}`);
      times.delete(`${label}`);
    },
    timeLog(label = 'default', ...values) {
      const time = elapsed(label);
      if (time !== undefined) log(1, [`${label}: ${time}`, ...values]);
    },
    trace(...values) {
      const error = new Error(format(...values));
      error.name = 'Trace';
      print(2, error.stack);
    },
    assert(condition, ...values) {
      if (condition) return;
      if (typeof values[0] === 'string') values[0] = `Assertion failed: ${values[0]}`;
      else values.unshift('Assertion failed');
      log(2, values);
      failedAssertion(new Error(format(...values)));
    },
    clear() {},
    count(label = 'default') {
      const count = (counts.get(`${label}`) ?? 0) + 1;
      counts.set(`${label}`, count);
      print(1, `${label}: ${count}`);
    },
    countReset(label = 'default') { counts.delete(`${label}`); },
    group,
    groupEnd() { indentation = indentation.slice(0, -2); },
    table(rows, columns) { print(1, table(rows, columns)); },
    debug(...values) { log(1, values); },
    info(...values) { log(1, values); },
    dirxml(...values) { log(1, values); },
    error(...values) { log(2, values); },
    groupCollapsed: group,
  };
  // As in node, methods work without their object, and printing the console shows what it is.
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });
  return console;
}

const cell = (value) => (typeof value === 'object' && value !== null ? inspect(value, { depth: 0, breakLength: Infinity }) : inspect(value));

// node's table of rows and columns.
function table(rows, chosen) {
  if (rows === null || typeof rows !== 'object') return format(rows);
  const isMap = rows instanceof Map, isSet = rows instanceof Set;
  const entries = isMap ? [...rows.entries()].map(([key, value], i) => [i, value, key]) : isSet ? [...rows].map((value, i) => [i, value]) : Object.entries(rows);
  const index = isMap || isSet ? '(iteration index)' : '(index)';
  const columns = [];
  const values = new Map();
  let hasValues = false;
  for (const [key, row] of entries) {
    if (row !== null && typeof row === 'object' && !isMap) {
      for (const column of chosen ?? Object.keys(row)) if (!columns.includes(column)) columns.push(column);
    } else {
      hasValues = true;
      values.set(key, cell(row));
    }
  }
  if (chosen) columns.splice(0, columns.length, ...chosen);
  const head = [index, ...(isMap ? ['Key'] : []), ...columns, ...(hasValues ? ['Values'] : [])];
  const body = entries.map(([key, row, name]) => [
    `${key}`,
    ...(isMap ? [cell(name)] : []),
    ...columns.map((column) => (row !== null && typeof row === 'object' && Object.hasOwn(row, column) ? cell(row[column]) : '')),
    ...(hasValues ? [values.get(key) ?? ''] : []),
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...body.map((row) => row[i].length)) + 2);
  const line = (left, middle, right) => left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
  const row = (cells) => '│' + cells.map((text, i) => ` ${text}`.padEnd(widths[i])).join('│') + '│';
  return [line('┌', '┬', '┐'), row(head), line('├', '┼', '┤'), ...body.map(row), line('└', '┴', '┘')].join('\n');
}
