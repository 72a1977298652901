import { Buffer, SlowBuffer, INSPECT_MAX_BYTES, kMaxLength } from 'buffer';
import { codeError } from './errors.js';

const { apply } = Reflect;
const { defineProperty } = Object;
const define = (target, name, value) => defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
const isUrl = (encoding) => typeof encoding === 'string' && encoding.toLowerCase() === 'base64url';

// The package is node's Buffer of before base64url.
const { from, isEncoding, byteLength } = Buffer;
define(Buffer, 'from', (value, encoding, length) => from(value, isUrl(encoding) ? 'base64' : encoding, length));
define(Buffer, 'isEncoding', (encoding) => isUrl(encoding) || isEncoding(encoding));
define(Buffer, 'byteLength', (value, encoding) => byteLength(value, isUrl(encoding) ? 'base64' : encoding));
define(Buffer, 'of', (...bytes) => from(bytes));
define(Buffer, 'copyBytesFrom', (view, offset = 0, length = view.length - offset) => {
  const part = view.subarray(offset, offset + length);
  return from(new Uint8Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength)));
});

const { toString, write, fill } = Buffer.prototype;
define(Buffer.prototype, 'toString', function (encoding, start, end) {
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
