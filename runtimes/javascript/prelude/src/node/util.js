import { inspect, format, formatWithOptions, stripVTControlCharacters } from 'node-inspect-extracted';
import npm from '../../node_modules/util/util.js';
import comparisons from 'assert/build/internal/util/comparisons.js';
import { codeError, invalidType, systemCodes } from './errors.js';

const { apply } = Reflect;
const { isDeepStrictEqual } = comparisons;
const { defineProperty, defineProperties, getOwnPropertyDescriptors, getPrototypeOf, setPrototypeOf } = Object;

const custom = Symbol.for('nodejs.util.promisify.custom');

function promisify(original) {
  if (typeof original !== 'function') throw invalidType('original', 'of type function', original);
  if (original[custom]) {
    const given = original[custom];
    if (typeof given !== 'function') throw invalidType('util.promisify.custom', 'of type function', given);
    return defineProperty(given, custom, { value: given, enumerable: false, writable: false, configurable: true });
  }
  function promisified(...args) {
    return new Promise((resolve, reject) => {
      apply(original, this, [...args, (error, value) => (error ? reject(error) : resolve(value))]);
    });
  }
  setPrototypeOf(promisified, getPrototypeOf(original));
  defineProperty(promisified, custom, { value: promisified, enumerable: false, writable: false, configurable: true });
  return defineProperties(promisified, getOwnPropertyDescriptors(original));
}
promisify.custom = custom;

function callbackify(original) {
  if (typeof original !== 'function') throw invalidType('original', 'of type function', original);
  function callbackified(...args) {
    const callback = args.pop();
    if (typeof callback !== 'function') throw invalidType('last argument', 'of type function', callback);
    const tick = globalThis.process?.nextTick ?? queueMicrotask;
    apply(original, this, args).then(
      (value) => tick(() => apply(callback, this, [null, value])),
      (reason) => tick(() => apply(callback, this, [reason || Object.assign(codeError(Error, 'ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value'), { reason })])),
    );
  }
  return Object.defineProperty(callbackified, 'name', { value: `${original.name}Callbackified`, configurable: true });
}

const STYLES = {
  reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27], hidden: [8, 28], strikethrough: [9, 29],
  black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39], grey: [90, 39],
  bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49],
};

function styleText(styles, text) {
  let open = '';
  let close = '';
  for (const style of Array.isArray(styles) ? styles : [styles]) {
    if (!Object.hasOwn(STYLES, style)) throw codeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'format' must be one of: ${Object.keys(STYLES).map((name) => `'${name}'`).join(', ')}. Received '${style}'`);
    open += `\u001b[${STYLES[style][0]}m`;
    close = `\u001b[${STYLES[style][1]}m${close}`;
  }
  return `${open}${text}${close}`;
}

function aborted(signal) {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function deprecate(original) {
  function deprecated(...args) {
    return new.target ? Reflect.construct(original, args, new.target) : apply(original, this, args);
  }
  setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return deprecated;
}

// The package recognises by tags what the engine can't be asked; `host` tells about promises and proxies.
function makeTypes(host) {
  const types = { ...npm.types };
  const prototype = getPrototypeOf(Uint8Array.prototype);
  const tag = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag).get;
  const has = (symbol) => (value) => apply(tag, value, []) === symbol;
  for (const name of ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array']) types[`is${name}`] = has(name);
  types.isProxy = (value) => host.proxyParts?.(value) !== undefined;
  types.isPromise = (value) => {
    try {
      return typeof value === 'object' && value !== null && host.promiseState(value) !== undefined;
    } catch {
      return false;
    }
  };
  types.isExternal = types.isModuleNamespaceObject = types.isKeyObject = types.isCryptoKey = () => false;
  types.isNativeError = (value) => value instanceof Error && Object.prototype.toString.call(value) === '[object Error]';
  types.isBoxedPrimitive = (value) => types.isNumberObject(value) || types.isStringObject(value) || types.isBooleanObject(value) || types.isBigIntObject(value) || types.isSymbolObject(value);
  return types;
}

/** node:util. */
export function makeUtil(host, { parseArgs } = {}) {
  const types = makeTypes(host);
  const isError = (value) => types.isNativeError(value) || value instanceof Error;
  const { isArray } = Array;
  return {
    _extend: Object.assign, aborted, callbackify, debug: () => Object.assign(() => {}, { enabled: false }), debuglog: () => Object.assign(() => {}, { enabled: false }),
    deprecate, format, formatWithOptions,
    getSystemErrorName: (number) => Object.keys(systemCodes).find((code) => systemCodes[code][0] === -number),
    inherits: npm.inherits, inspect, isDeepStrictEqual, isArray, isError,
    isBoolean: (value) => typeof value === 'boolean', isNull: (value) => value === null, isNullOrUndefined: (value) => value === null || value === undefined,
    isNumber: (value) => typeof value === 'number', isString: (value) => typeof value === 'string', isSymbol: (value) => typeof value === 'symbol', isUndefined: (value) => value === undefined,
    isRegExp: types.isRegExp, isObject: (value) => value !== null && typeof value === 'object', isDate: types.isDate, isFunction: (value) => typeof value === 'function',
    isPrimitive: (value) => value === null || (typeof value !== 'object' && typeof value !== 'function'),
    parseArgs, promisify, stripVTControlCharacters, styleText, toUSVString: (text) => `${text}`.toWellFormed(),
    TextDecoder: globalThis.TextDecoder, TextEncoder: globalThis.TextEncoder, types,
  };
}

export { inspect, format };
