import { utf8Encode } from './encoding.js';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const INTEGERS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array'];

/** Fills bytes from the sandbox's seeded randomness, four from each number. */
export function fillRandom(host, bytes) {
  for (let i = 0; i < bytes.length; i += 4) {
    const word = host.entropy();
    for (let k = 0; k < 4 && i + k < bytes.length; k++) bytes[i + k] = (word >>> (8 * k)) & 255;
  }
  return bytes;
}

export function randomUUID(host) {
  const bytes = fillRandom(host, new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < 16; i++) text += (i === 4 || i === 6 || i === 8 || i === 10 ? '-' : '') + HEX[bytes[i]];
  return text;
}

/** The global `crypto`: random values, and digests of `subtle` by `digest(name, bytes)`. */
export function makeWebCrypto(host, digest) {
  const toBytes = (data) => (typeof data === 'string' ? utf8Encode(data) : ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));

  class SubtleCrypto {
    async digest(algorithm, data) {
      const name = `${typeof algorithm === 'object' && algorithm !== null ? algorithm.name : algorithm}`.toLowerCase();
      if (!['sha-1', 'sha-256', 'sha-384', 'sha-512'].includes(name)) throw new DOMException('Unrecognized algorithm name', 'NotSupportedError');
      const bytes = digest(name.replace('-', ''), toBytes(data));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    }

    get [Symbol.toStringTag]() { return 'SubtleCrypto'; }
  }

  class Crypto {
    #subtle = new SubtleCrypto();
    get subtle() { return this.#subtle; }

    getRandomValues(array) {
      if (!ArrayBuffer.isView(array) || !INTEGERS.includes(array[Symbol.toStringTag])) {
        throw new DOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
      }
      if (array.byteLength > 65536) {
        throw new DOMException(`The requested length exceeds 65,536 bytes`, 'QuotaExceededError');
      }
      fillRandom(host, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      return array;
    }

    randomUUID() { return randomUUID(host); }
    get [Symbol.toStringTag]() { return 'Crypto'; }
  }
  return new Crypto();
}
