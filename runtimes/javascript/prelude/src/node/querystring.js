import { Buffer } from './buffer.js';

const KEEP = /[^A-Za-z0-9\-_.!~*'()]/;

export function escape(value) {
  const text = typeof value === 'string' ? value : typeof value === 'object' ? String(value) : `${value}`;
  return KEEP.test(text) ? encodeURIComponent(text) : text;
}

export function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text).toString();
  }
}

function unescapeBuffer(text) {
  const bytes = [];
  const source = Buffer.from(text);
  for (let i = 0; i < source.length; i++) {
    const pair = String.fromCharCode(source[i + 1], source[i + 2]);
    if (source[i] === 0x25 && /^[0-9a-fA-F]{2}$/.test(pair)) {
      bytes.push(Number.parseInt(pair, 16));
      i += 2;
    } else bytes.push(source[i]);
  }
  return Buffer.from(bytes);
}

const primitive = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`;
  return typeof value === 'bigint' || typeof value === 'boolean' ? `${value}` : '';
};

export function stringify(object, separator = '&', equals = '=', options) {
  const encode = options?.encodeURIComponent ?? querystring.escape;
  if (object === null || typeof object !== 'object') return '';
  return Object.keys(object).flatMap((key) => {
    const start = encode(primitive(key)) + (equals || '=');
    return Array.isArray(object[key]) ? object[key].map((value) => start + encode(primitive(value))) : [start + encode(primitive(object[key]))];
  }).join(separator || '&');
}

export function parse(text, separator = '&', equals = '=', options) {
  const result = { __proto__: null };
  if (typeof text !== 'string' || text.length === 0) return result;
  const decode = (part) => {
    const plain = part.replaceAll('+', ' ');
    try {
      return (options?.decodeURIComponent ?? querystring.unescape)(plain);
    } catch {
      return unescape(plain);
    }
  };
  const limit = typeof options?.maxKeys === 'number' ? options.maxKeys : 1000;
  let pairs = text.split(separator || '&');
  if (limit > 0) pairs = pairs.slice(0, limit);
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf(equals || '=');
    const key = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decode(pair.slice(at + (equals || '=').length));
    if (!(key in result)) result[key] = value;
    else if (Array.isArray(result[key])) result[key].push(value);
    else result[key] = [result[key], value];
  }
  return result;
}

const querystring = { parse, stringify, escape, unescape, unescapeBuffer, decode: parse, encode: stringify };
export default querystring;
