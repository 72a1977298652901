// Maps positions in files that the host has translated back to what the program's author wrote.
import { host } from './host.js';

const { apply } = Reflect;
const { slice, lastIndexOf, charCodeAt, indexOf } = String.prototype;
const parse = JSON.parse;
const { get, set } = Map.prototype;
const MARK = '//# sourceMappingURL=data:application/json;base64,';
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const { readText } = host.files;
const maps = new Map();

/** The text of a program's file as its author wrote it; nothing where it isn't there. */
export function authored(path) {
  return mapOf(path)?.content ?? textOf(path);
}

function textOf(path) {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}

/** The frame with its place in what the author wrote. */
export function originalPosition(frame) {
  const map = mapOf(frame.file);
  if (!map) return frame;
  const segments = map.lines[frame.line - 1] ?? [];
  let found;
  for (let i = 0; i < segments.length && segments[i].column <= frame.column - 1; i++) found = segments[i];
  found ??= segments[0];
  return found ? { ...frame, line: found.line + 1, column: found.from + 1 } : frame;
}

function mapOf(path) {
  const known = apply(get, maps, [path]);
  if (known !== undefined) return known;
  const text = textOf(path);
  const at = text === undefined ? -1 : apply(lastIndexOf, text, [MARK]);
  let map = null;
  if (at >= 0) {
    try {
      const rest = apply(slice, text, [at + MARK.length]);
      const end = apply(indexOf, rest, ['\n']);
      map = read(parse(utf8(end < 0 ? rest : apply(slice, rest, [0, end]))));
    } catch {
      // A comment that only looks like a map.
    }
  }
  apply(set, maps, [path, map]);
  return map;
}

// {lines: for each line of the translation the segments, from left to right; content: what the author wrote}
function read({ mappings, sourcesContent }) {
  const lines = [[]];
  let line = 0, from = 0, column = 0, at = 0;
  const next = () => {
    let value = 0, shift = 0, digit;
    do {
      digit = apply(indexOf, DIGITS, [mappings[at++]]);
      value += (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    return value & 1 ? -(value >> 1) : value >> 1;
  };
  while (at < mappings.length) {
    const sign = mappings[at];
    if (sign === ';') {
      lines[lines.length] = [];
      column = 0;
      at++;
    } else if (sign === ',') {
      at++;
    } else {
      column += next();
      if (at < mappings.length && mappings[at] !== ',' && mappings[at] !== ';') {
        next(); // there is one source
        line += next();
        from += next();
        const row = lines[lines.length - 1];
        row[row.length] = { column, line, from };
        if (at < mappings.length && mappings[at] !== ',' && mappings[at] !== ';') next(); // a name
      }
    }
  }
  return { lines, content: sourcesContent?.[0] };
}

// The text whose UTF-8 the base64 text is.
function utf8(base64) {
  const bytes = Uint8Array.fromBase64(base64);
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i++];
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let k = 0; k < more; k++) point = point << 6 | bytes[i++] & 0x3f;
    text += String.fromCodePoint(point);
  }
  return text;
}
