import { Buffer, SlowBuffer, INSPECT_MAX_BYTES, kMaxLength } from 'buffer';
import { utf8Encode } from '../web/encoding.js';
import { codeError, invalidType, outOfRange, received } from './errors.js';

const { apply } = Reflect;
const { defineProperty, setPrototypeOf } = Object;
const define = (target, name, value) => defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
const isUrl = (encoding) => typeof encoding === 'string' && encoding.toLowerCase() === 'base64url';

// The package is node's Buffer of before base64url.
const { from, isEncoding, byteLength } = Buffer;
define(Buffer, 'from', (value, encoding, length) => {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' || typeof value === 'symbol') {
    throw codeError(TypeError, 'ERR_INVALID_ARG_TYPE', `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.${received(value)}`);
  }
  if (typeof value !== 'string') return from(value, encoding, length);
  if (isUrl(encoding)) return from(value, 'base64');
  if (encoding === 'hex') return from(/^(?:[0-9a-f]{2})*/i.exec(value)[0], 'hex');
  if (typeof encoding === 'string' && encoding !== '' && !isEncoding(encoding)) throw codeError(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${encoding}`);
  if (encoding === undefined || encoding === null || encoding === '' || /^utf-?8$/i.test(encoding)) return setPrototypeOf(utf8Encode(value), Buffer.prototype);
  return from(value, encoding);
});
for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
  const make = Buffer[name];
  define(Buffer, name, (size, ...rest) => {
    if (typeof size !== 'number') throw invalidType('size', 'of type number', size);
    if (!(size >= 0 && size <= kMaxLength)) throw outOfRange('size', `>= 0 && <= ${kMaxLength}`, size);
    return make(size, ...rest);
  });
}
define(Buffer, 'isEncoding', (encoding) => isUrl(encoding) || isEncoding(encoding));
define(Buffer, 'byteLength', (value, encoding) => byteLength(value, isUrl(encoding) ? 'base64' : encoding));
define(Buffer, 'of', (...bytes) => from(bytes));
define(Buffer, 'copyBytesFrom', (view, offset = 0, length = view.length - offset) => {
  const part = view.subarray(offset, offset + length);
  return from(new Uint8Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength)));
});

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const { toString, write, fill } = Buffer.prototype;
define(Buffer.prototype, 'toString', function (encoding, start, end) {
  if (encoding === undefined || /^utf-?8$/i.test(encoding)) {
    return utf8.decode(start === undefined && end === undefined ? this : this.subarray(Math.max(0, start ?? 0), Math.max(0, end ?? this.length)));
  }
  if (!isUrl(encoding)) return apply(toString, this, arguments.length === 0 ? [] : [encoding, start, end]);
  return apply(toString, this, ['base64', start, end]).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
});
define(Buffer.prototype, 'toLocaleString', Buffer.prototype.toString);
define(Buffer.prototype, 'write', function (...args) {
  return apply(write, this, args.map((arg) => (isUrl(arg) ? 'base64' : arg)));
});
define(Buffer.prototype, 'fill', function (...args) {
  return apply(fill, this, args.map((arg, i) => (i > 0 && isUrl(arg) ? 'base64' : arg)));
});
define(Buffer.prototype, Symbol.for('nodejs.util.inspect.custom'), function () {
  const shown = apply(toString, this.subarray(0, INSPECT_MAX_BYTES), ['hex']).replace(/(.{2})/g, '$1 ').trim();
  const more = this.length - INSPECT_MAX_BYTES;
  return `<${this.constructor.name} ${shown}${more > 0 ? ` ... ${more} more byte${more > 1 ? 's' : ''}` : ''}>`;
});
// Node's words and codes for what doesn't fit.
const LIMITS = { Int8: [-128, 127], UInt8: [0, 255], Int16: [-32768, 32767], UInt16: [0, 65535], Int32: [-2147483648, 2147483647], UInt32: [0, 4294967295] };
const SIZES = { 8: 1, 16: 2, 32: 4 };
for (const kind of Object.keys(LIMITS)) {
  const [least, most] = LIMITS[kind];
  const size = SIZES[/\d+/.exec(kind)[0]];
  for (const order of size === 1 ? [''] : ['LE', 'BE']) {
    const read = Buffer.prototype[`read${kind}${order}`];
    const put = Buffer.prototype[`write${kind}${order}`];
    const check = (buffer, offset) => {
      if (typeof offset !== 'number') throw invalidType('offset', 'of type number', offset);
      if (buffer.length < size) throw codeError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', 'Attempt to access memory outside buffer bounds');
      if (!Number.isInteger(offset)) throw outOfRange('offset', 'an integer', offset);
      if (offset < 0 || offset > buffer.length - size) throw outOfRange('offset', `>= 0 and <= ${buffer.length - size}`, offset);
    };
    define(Buffer.prototype, `read${kind}${order}`, function (offset = 0) {
      check(this, offset);
      return apply(read, this, [offset]);
    });
    define(Buffer.prototype, `write${kind}${order}`, function (value, offset = 0) {
      if (value < least || value > most) throw outOfRange('value', `>= ${least} and <= ${most}`, value);
      check(this, offset);
      return apply(put, this, [value, offset]);
    });
  }
}
// Node has both spellings.
for (const name of Object.getOwnPropertyNames(Buffer.prototype)) {
  if (/^(read|write).*UInt/.test(name)) {
    const alias = name.replace('UInt', 'Uint');
    if (!(alias in Buffer.prototype)) define(Buffer.prototype, alias, Buffer.prototype[name]);
  }
}
for (const name of Object.keys(Buffer.prototype)) {
  if (Object.getOwnPropertyDescriptor(Buffer.prototype, name).configurable) define(Buffer.prototype, name, Buffer.prototype[name]);
}

class Blob {
  #bytes;
  #type;
  constructor(parts = [], { type = '' } = {}) {
    this.#bytes = Buffer.concat([...parts].map((part) => (part instanceof Blob ? part.#bytes
      : typeof part === 'string' ? from(part) : ArrayBuffer.isView(part) ? from(part.buffer, part.byteOffset, part.byteLength) : part instanceof ArrayBuffer ? from(part) : from(String(part)))));
    this.#type = `${type}`.toLowerCase();
  }

  get size() { return this.#bytes.length; }
  get type() { return this.#type; }
  async text() { return this.#bytes.toString('utf8'); }
  async bytes() { return new Uint8Array(this.#bytes); }
  async arrayBuffer() { return new Uint8Array(this.#bytes).buffer; }
  slice(start, end, type) {
    const part = new Blob([], { type });
    part.#bytes = this.#bytes.slice(start, end);
    return part;
  }

  get [Symbol.toStringTag]() { return 'Blob'; }
}

const validUtf8 = (bytes) => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

export { Buffer, Blob };

export default {
  Buffer, SlowBuffer, INSPECT_MAX_BYTES, kMaxLength, kStringMaxLength: 536870888, Blob,
  constants: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 536870888 },
  atob: globalThis.atob, btoa: globalThis.btoa,
  isUtf8: validUtf8,
  isAscii: (bytes) => new Uint8Array(bytes.buffer ?? bytes).every((byte) => byte < 128),
  transcode(source, fromEncoding, toEncoding) {
    if (!isEncoding(fromEncoding) || !isEncoding(toEncoding)) throw codeError(Error, 'U_ILLEGAL_ARGUMENT_ERROR', `Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]`);
    return from(from(source).toString(fromEncoding), toEncoding);
  },
};
