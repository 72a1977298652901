const { toString, hasOwnProperty } = Object.prototype;
const { apply } = Reflect;
const { keys, defineProperty, getPrototypeOf } = Object;
const { isView } = ArrayBuffer;
const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const VIEWS = [DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array,
  ...(typeof Float16Array === 'function' ? [Float16Array] : [])];
const typedArrayTag = Object.getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

const has = (object, key) => apply(hasOwnProperty, object, [key]);

// Whether a method that needs the type's internal slot accepts the value: what `instanceof` and tags only pretend.
const brand = (check) => (value) => {
  try {
    check(value);
    return true;
  } catch {
    return false;
  }
};
const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;
const mapSize = getter(Map.prototype, 'size');
const setSize = getter(Set.prototype, 'size');
const byteLength = getter(ArrayBuffer.prototype, 'byteLength');
const { getTime } = Date.prototype;
const { forEach: mapForEach } = Map.prototype;
const { forEach: setForEach } = Set.prototype;
const isMap = brand((value) => apply(mapSize, value, []));
const isSet = brand((value) => apply(setSize, value, []));
const isDate = brand((value) => apply(getTime, value, []));
const isBuffer = brand((value) => apply(byteLength, value, []));
const numberValue = Number.prototype.valueOf;
const stringValue = String.prototype.valueOf;
const booleanValue = Boolean.prototype.valueOf;
const bigintValue = BigInt.prototype.valueOf;
const regexpSource = getter(RegExp.prototype, 'source');
const regexpFlags = getter(RegExp.prototype, 'flags');
const BOXES = [numberValue, stringValue, booleanValue, bigintValue];
const UNCLONEABLE = new Set(['[object WeakMap]', '[object WeakSet]', '[object WeakRef]', '[object Promise]', '[object Generator]', '[object FinalizationRegistry]']);

function refuse(value) {
  const text = typeof value === 'symbol' || typeof value === 'function' ? String(value) : typeof value === 'object' ? `#<${value.constructor?.name ?? 'Object'}>` : String(value);
  throw new DOMException(`${text} could not be cloned.`, 'DataCloneError');
}

/** The structured clone algorithm; `transfer` detaches array buffers where the engine can. */
export function structuredClone(value, options) {
  if (arguments.length === 0) throw Object.assign(new TypeError('The value argument must be specified'), { code: 'ERR_MISSING_ARGS' });
  const seen = new Map();
  const transfer = options?.transfer ? [...options.transfer] : [];
  for (const item of transfer) {
    if (!isBuffer(item)) throw new DOMException('Value not transferable', 'DataCloneError');
  }
  const copy = clone(value, seen);
  for (const item of transfer) item.transfer?.();
  return copy;
}

function clone(value, seen) {
  if (typeof value === 'symbol' || typeof value === 'function') refuse(value);
  if (value === null || typeof value !== 'object') return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (copy) => {
    seen.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) return entries(value, keep(new Array(value.length)), seen);
  if (isDate(value)) return keep(new Date(apply(getTime, value, [])));
  if (isMap(value)) {
    const copy = keep(new Map());
    const pairs = [];
    apply(mapForEach, value, [(item, key) => pairs.push(key, item)]);
    for (let i = 0; i < pairs.length; i += 2) copy.set(clone(pairs[i], seen), clone(pairs[i + 1], seen));
    return copy;
  }
  if (isSet(value)) {
    const copy = keep(new Set());
    const items = [];
    apply(setForEach, value, [(item) => items.push(item)]);
    for (const item of items) copy.add(clone(item, seen));
    return copy;
  }
  if (isView(value)) {
    const buffer = clone(value.buffer, seen);
    const name = apply(typedArrayTag, value, []) ?? 'DataView';
    const View = VIEWS.find((candidate) => candidate.name === name);
    return keep(new View(buffer, value.byteOffset, name === 'DataView' ? value.byteLength : value.length));
  }
  if (isBuffer(value)) return keep(value.slice(0));
  for (let i = 0; i < BOXES.length; i++) {
    let primitive;
    try {
      primitive = apply(BOXES[i], value, []);
    } catch {
      continue;
    }
    return keep(Object(primitive));
  }
  const tag = apply(toString, value, []);
  if (value instanceof RegExp && tag === '[object RegExp]') return keep(new RegExp(apply(regexpSource, value, []), apply(regexpFlags, value, [])));
  if (tag === '[object Error]' || value instanceof Error) return cloneError(value, keep, seen);
  if (UNCLONEABLE.has(tag)) refuse(value);
  return entries(value, keep({}), seen);
}

function entries(value, copy, seen) {
  for (const key of keys(value)) {
    if (has(value, key)) defineProperty(copy, key, { value: clone(value[key], seen), writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

function cloneError(value, keep, seen) {
  const name = `${value.name}`;
  const Type = has(ERRORS, name) ? ERRORS[name] : Error;
  const error = keep(new Type());
  for (const key of ['stack', 'message', 'cause']) {
    if (key in value && (has(value, key) || key === 'stack')) defineProperty(error, key, { value: key === 'cause' ? clone(value[key], seen) : `${value[key]}`, writable: true, configurable: true });
    else if (key === 'message') delete error.message;
  }
  return error;
}
