import { blake2b } from '@noble/hashes/blake2.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha224, sha256, sha384, sha512, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { Buffer } from './buffer.js';
import { codeError, invalidType } from './errors.js';
import { fillRandom, makeWebCrypto, randomUUID } from '../web/crypto.js';

const HASHES = {
  __proto__: null, md5, sha1, sha224, sha256, sha384, sha512, 'sha512-256': sha512_256, ripemd160, rmd160: ripemd160,
  'sha3-224': sha3_224, 'sha3-256': sha3_256, 'sha3-384': sha3_384, 'sha3-512': sha3_512, blake2b512: blake2b,
};

const hashOf = (name) => HASHES[`${name}`.toLowerCase().replace(/^(rsa-)?sha-(1|224|256|384|512)$/, 'sha$2').replace(/^rsa-/, '')];
const bytesOf = (data, encoding) => (typeof data === 'string' ? Buffer.from(data, encoding === 'buffer' ? 'utf8' : encoding)
  : ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));

function finish(bytes, encoding) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return encoding === undefined || encoding === 'buffer' ? buffer : buffer.toString(encoding);
}

class Hash {
  #state;
  #done = false;
  constructor(state) { this.#state = state; }

  update(data, encoding) {
    if (this.#done) throw codeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    if (typeof data !== 'string' && !ArrayBuffer.isView(data)) throw invalidType('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
    this.#state.update(bytesOf(data, encoding));
    return this;
  }

  digest(encoding) {
    if (this.#done) throw codeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    this.#done = true;
    return finish(this.#state.digest(), encoding);
  }

  copy() {
    if (this.#done) throw codeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    return new Hash(this.#state.clone());
  }
}

class Hmac {
  #state;
  #done = false;
  constructor(state) { this.#state = state; }

  update(data, encoding) {
    this.#state.update(bytesOf(data, encoding));
    return this;
  }

  digest(encoding) {
    if (this.#done) return finish(new Uint8Array(0), encoding);
    this.#done = true;
    return finish(this.#state.digest(), encoding);
  }
}

/** node:crypto: digests, key derivation and seeded randomness. What needs ciphers or keys calls `unsupported(name)`. */
export function makeCrypto(host, { unsupported }) {
  const webcrypto = makeWebCrypto(host, (name, bytes) => HASHES[name](bytes));
  const later = (callback, compute) => {
    let result;
    let failure = null;
    try {
      result = compute();
    } catch (error) {
      failure = error;
    }
    globalThis.setTimeout(() => callback(failure, result), 0);
  };
  const randomBytes = (size, callback) => {
    if (typeof size !== 'number') throw invalidType('size', 'of type number', size);
    if (!(size >= 0 && size <= 2147483647)) throw codeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "size" is out of range. It must be >= 0 && <= 2147483647. Received ${size}`);
    if (callback) return later(callback, () => fillRandom(host, Buffer.alloc(size)));
    return fillRandom(host, Buffer.alloc(size));
  };
  const randomFillSync = (target, offset = 0, size = target.byteLength - offset) => {
    fillRandom(host, new Uint8Array(target.buffer ?? target, (target.byteOffset ?? 0) + offset, size));
    return target;
  };
  const randomInt = (low, high, callback) => {
    if (high === undefined || typeof high === 'function') return randomInt(0, low, high);
    if (!Number.isSafeInteger(low)) throw invalidType('min', 'a safe integer', low);
    if (!Number.isSafeInteger(high)) throw invalidType('max', 'a safe integer', high);
    if (high <= low) throw codeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "max" is out of range. It must be greater than the value of "min" (${low}). Received ${high}`);
    const range = high - low;
    if (range > 2 ** 48 - 1) throw codeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "max - min" is out of range. It must be <= 281474976710655. Received ${range}`);
    const limit = 2 ** 48 - (2 ** 48 % range);
    let drawn;
    do drawn = host.entropy() + (host.entropy() & 0xffff) * 2 ** 32; while (drawn >= limit);
    const value = low + (drawn % range);
    if (!callback) return value;
    globalThis.setTimeout(() => callback(null, value), 0);
    return undefined;
  };
  const derive = (hash) => {
    const found = hashOf(hash);
    if (!found) throw codeError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${hash}`);
    return found;
  };
  const pbkdf2Sync = (password, salt, iterations, length, digest) => finish(pbkdf2(derive(digest), bytesOf(password), bytesOf(salt), { c: iterations, dkLen: length }));
  const scryptSync = (password, salt, length, options = {}) => finish(scrypt(bytesOf(password), bytesOf(salt), { N: options.N ?? options.cost ?? 16384, r: options.r ?? options.blockSize ?? 8, p: options.p ?? options.parallelization ?? 1, dkLen: length }));
  const crypto = {
    createHash(name) {
      const found = hashOf(name);
      if (!found) throw new Error('Digest method not supported');
      return new Hash(found.create());
    },
    createHmac(name, key) {
      const found = hashOf(name);
      if (!found) throw codeError(Error, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`);
      return new Hmac(hmac.create(found, bytesOf(key)));
    },
    hash(name, data, encoding = 'hex') { return crypto.createHash(name).update(data).digest(encoding); },
    getHashes: () => Object.keys(HASHES),
    randomBytes, pseudoRandomBytes: randomBytes, randomFillSync, randomInt,
    randomFill(target, ...rest) {
      const callback = rest.pop();
      later(callback, () => randomFillSync(target, ...rest));
    },
    randomUUID: () => randomUUID(host),
    getRandomValues: (array) => webcrypto.getRandomValues(array),
    timingSafeEqual(a, b) {
      const [left, right] = [bytesOf(a), bytesOf(b)];
      if (left.length !== right.length) throw codeError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
      return left.every((byte, i) => byte === right[i]);
    },
    pbkdf2Sync, scryptSync,
    pbkdf2(password, salt, iterations, length, digest, callback) { later(callback, () => pbkdf2Sync(password, salt, iterations, length, digest)); },
    scrypt(password, salt, length, options, callback) { later(callback ?? options, () => scryptSync(password, salt, length, callback ? options : {})); },
    webcrypto, subtle: webcrypto.subtle, Hash, Hmac, constants: {},
  };
  for (const name of ['createCipheriv', 'createDecipheriv', 'createSign', 'createVerify', 'sign', 'verify', 'generateKeyPair', 'generateKeyPairSync', 'generateKey', 'generateKeySync', 'createPrivateKey', 'createPublicKey', 'createSecretKey', 'createDiffieHellman', 'createECDH', 'publicEncrypt', 'privateDecrypt', 'hkdfSync', 'hkdf']) {
    crypto[name] = () => unsupported(`crypto.${name}`);
  }
  return crypto;
}
