// Stacks as node gives them: the type and the message of the error first, then the frames, those of the prelude's left out,
// in the files that the program's author wrote.
import { originalPosition } from './source_maps.js';

const { apply } = Reflect;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { split, startsWith, includes } = String.prototype;
const exec = RegExp.prototype.exec;
const native = getOwnPropertyDescriptor(Error.prototype, 'stack');
const capture = Error.captureStackTrace;

/** What the engine writes before a frame, and a program that sets a stack of its own hardly does at once. */
const FRAME = '    at ';
/** How the engine calls the file of functions whose names and lines were stripped: the prelude's. */
const OF_PRELUDE = '(<null>';

/** The stack that an error was given, or its frames as the engine has them: no getter of a program's is called for it. */
export function ownStack(error) {
  try {
    const given = getOwnPropertyDescriptor(error, 'stack')?.value;
    const frames = typeof given === 'string' ? given : apply(native.get, error, []);
    return typeof frames === 'string' ? frames : undefined;
  } catch {
    return undefined;
  }
}

function isOfEngine(stack) {
  return typeof stack === 'string' && (stack === '' || apply(startsWith, stack, [FRAME]));
}

// As Error.prototype.toString has it.
function heading({ name = 'Error', message = '' }) {
  name = `${name}`;
  message = `${message}`;
  if (name === '') return message;
  return message === '' ? name : `${name}: ${message}`;
}

function asInNode(error, frames) {
  let stack = heading(error), ofEngine = '';
  const rows = apply(split, frames, ['\n']);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row === '' || apply(includes, row, [OF_PRELUDE])) continue;
    const at = apply(exec, /^ {4}at (?:(.*?) \()?(?:native|missing|(.+?)(?:\?\d+)?:(\d+):(\d+))\)?$/, [row]);
    if (!at) continue;
    const [, what = '<anonymous>', file, line, column] = at;
    if (file === undefined) {
      // The engine's own functions are told of only where they were called by the program's.
      ofEngine += `\n${FRAME}${what} (<anonymous>)`;
      continue;
    }
    const place = originalPosition({ file, line: +line, column: +column });
    const where = `${place.file}:${place.line}:${place.column}`;
    stack += `${ofEngine}\n${FRAME}${what === '<anonymous>' ? where : `${what} (${where})`}`;
    ofEngine = '';
  }
  return stack;
}

defineProperty(Error.prototype, 'stack', {
  ...native,
  get: {
    stack() {
      const stack = apply(native.get, this, []);
      return isOfEngine(stack) ? asInNode(this, stack) : stack;
    },
  }.stack,
});

defineProperty(Error, 'captureStackTrace', {
  ...getOwnPropertyDescriptor(Error, 'captureStackTrace'),
  value: {
    captureStackTrace(target, above) {
      apply(capture, Error, above === undefined ? [target] : [target, above]);
      const own = getOwnPropertyDescriptor(target, 'stack');
      if (own && isOfEngine(own.value)) defineProperty(target, 'stack', { ...own, value: asInNode(target, own.value) });
    },
  }.captureStackTrace,
});
