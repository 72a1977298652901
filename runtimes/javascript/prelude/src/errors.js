// What the harness tells of what a program threw: its type, its message, and where in the program's own files.
import { inspect } from 'node-inspect-extracted';
import { host } from './host.js';
import { originalPosition } from './source_maps.js';
import { ownStack } from './stacks.js';

const { apply } = Reflect;
const { slice, indexOf, startsWith, split, repeat } = String.prototype;
const exec = RegExp.prototype.exec;
const { getPrototypeOf } = Object;
const NativeError = Error;
const number = Number;
const text = String;

const LONGEST_MESSAGE = 2000;
/** Programs' files are in here, and are told of without it. */
export const DIRECTORY = '/work/';

/** Thrown for what the runtime lacks. */
export class Unsupported extends Error {
  constructor(what) {
    super(`${what} is not supported in this sandbox`);
    this.what = what;
  }
}

/** What the runtime lacks, if that is why the program failed. */
export function lack(error) {
  try {
    for (let seen = 0; seen < 8 && error !== null && typeof error === 'object'; seen++) {
      if (error instanceof Unsupported) return error.what;
      error = error.cause;
    }
  } catch {
    // Whatever it is, it is nothing of ours.
  }
  return undefined;
}

/** Whether the error is what the engine throws when there is no memory. */
export function isOutOfMemory(error) {
  if (!host.outOfMemory()) return false;
  if (error === null) return true;
  try {
    return typeof error === 'object' && error.name === 'InternalError' && error.message === 'out of memory';
  } catch {
    return false;
  }
}

/** `{type, message, file, line}` of what was thrown; `file` and `line` are null where they aren't known. */
export function describe(error) {
  const { file, line } = place(error);
  return { __proto__: null, type: cut(typeOf(error)), message: cut(messageOf(error)), file, line };
}

function typeOf(error) {
  try {
    if (isErrorLike(error)) {
      const { name } = error;
      const own = error.constructor?.name;
      if (typeof name === 'string' && name !== '' && (name !== 'Error' || typeof own !== 'string')) return name;
      return typeof own === 'string' && own !== '' ? own : 'Error';
    }
  } catch {
    return 'Error';
  }
  return 'NonError';
}

function messageOf(error) {
  try {
    if (isErrorLike(error)) return text(error.message);
    return typeof error === 'string' ? error : inspect(error);
  } catch {
    return "<the error's message could not be made>";
  }
}

function isErrorLike(error) {
  return error !== null && typeof error === 'object' && (error instanceof Error || ('message' in error && 'name' in error));
}

function cut(message) {
  return typeof message === 'string' ? apply(slice, message, [0, LONGEST_MESSAGE]) : '';
}

/** The frames of an error: `{what, file, line, column}` of each, from the innermost. */
export function frames(error) {
  const found = [];
  const stack = stackOf(error);
  let from = 0;
  while (from < stack.length) {
    let to = apply(indexOf, stack, ['\n', from]);
    if (to < 0) to = stack.length;
    const frame = frameOf(apply(slice, stack, [from, to]));
    if (frame) found[found.length] = frame;
    from = to + 1;
  }
  return found;
}

function stackOf(error) {
  try {
    const stack = ownStack(error) ?? error.stack;
    return typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}

// "    at what (file:line:column)" or "    at file:line:column"
function frameOf(row) {
  // A number behind a module's file tells whose it is.
  const at = apply(exec, /^ *at (?:(.*) \()?(.+?)(?:\?\d+)?:(\d+):(\d+)\)?$/, [row]);
  if (!at) return undefined;
  return originalPosition({ what: at[1] ?? '', file: at[2], line: number(at[3]), column: number(at[4]) });
}

function place(error) {
  const own = ownFrames(error);
  if (own.length === 0) return { file: null, line: null };
  return { file: apply(slice, own[0].file, [DIRECTORY.length]), line: own[0].line };
}

/** What node prints about an error that nothing catches. `authored(path)` gives the text of a file. */
export function shown(error, authored) {
  const own = ownFrames(error);
  let head = '';
  if (own.length > 0) {
    const { file, line, column } = own[0];
    const row = apply(split, authored(file) ?? '', ['\n'])[line - 1];
    head = `${file}:${line}\n`;
    if (row !== undefined) head += `${row}\n${apply(repeat, ' ', [column > 0 ? column - 1 : 0])}^\n`;
    head += '\n';
  }
  return `${head}${told(error, own)}\n`;
}

// The error as node prints it, with the frames of the program's own files.
function told(error, own) {
  try {
    if (!isErrorLike(error)) return `Uncaught ${inspect(error)}`;
    let stack = heading(error);
    for (let i = 0; i < own.length; i++) {
      const { what, file, line, column } = own[i];
      const at = `${file}:${line}:${column}`;
      stack += what === '' ? `\n    at ${at}` : `\n    at ${what} (${at})`;
    }
    return stack;
  } catch {
    return 'Uncaught exception';
  }
}

function heading(error) {
  const message = messageOf(error), type = typeOf(error);
  const code = typeof error.code === 'string' ? ` [${error.code}]` : '';
  return message === '' ? type + code : `${type}${code}: ${message}`;
}

function ownFrames(error) {
  const own = [];
  if (error === null || typeof error !== 'object') return own;
  const all = frames(error);
  let made = false;
  for (let i = 0; i < all.length; i++) {
    if (!apply(startsWith, all[i].file, [DIRECTORY])) continue;
    // An error's own constructors are not where it happened.
    made ||= !constructs(error, all[i].what);
    if (made) own[own.length] = all[i];
  }
  return own;
}

function constructs(error, name) {
  if (name === '' || !(error instanceof NativeError)) return false;
  try {
    for (let made = error.constructor, seen = 0; typeof made === 'function' && made !== NativeError && seen < 20; seen++) {
      if (made.name === name) return true;
      made = getPrototypeOf(made);
    }
  } catch {
    // It has no constructor that can be looked at.
  }
  return false;
}
