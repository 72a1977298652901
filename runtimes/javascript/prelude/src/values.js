// Values as messages between two instances.
//
// A value is undefined, null, a boolean, number, bigint, string, array, plain object, Map, Set, Date or error, and so is
// everything in it. What is shared inside a value is sent as often as it is there; what contains itself is refused.
//
// The text is JSON. What JSON has no word for is an array whose first element names the type: `["a", ...]` array,
// `["o", key, value, ...]` object, `["m", key, value, ...]` Map, `["s", ...]` Set, `["d", time]` Date, `["i", digits]`
// bigint, `["n", text]` a number that JSON can't tell, `["u"]` undefined, `["h"]` a hole in an array, `["e", name, message]`
// error.
//
// Decoding makes objects of the types above and no others, and calls no method of any: who decodes what an enemy sent gets
// a value that tells no lies, or `BadValue`. Encoding reads only what the objects themselves hold, with the methods that
// the engine came with.
const DEEPEST = 200;
const MOST_VALUES = 1_000_000;

const { apply, ownKeys, getOwnPropertyDescriptor } = Reflect;
const { isArray } = Array;
const { getPrototypeOf, is } = Object;
const stringify = JSON.stringify, parse = JSON.parse;
const NativeMap = Map, NativeSet = Set, NativeDate = Date, NativeError = Error;
const mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach, dateValue = Date.prototype.getTime;
const mapSet = Map.prototype.set, setAdd = Set.prototype.add;
const bigintText = BigInt.prototype.toString, makeBigInt = BigInt, text = String;
const { defineProperty } = Object;

/** What was to be sent, or came, is not a value. */
export class BadValue extends Error {
  constructor(message) {
    super(message);
    this.name = 'BadValue';
  }
}

const ERRORS = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** `value` as a message. Throws BadValue. */
export function encode(value) {
  const left = { parts: MOST_VALUES };
  return said(value, 0, left);
}

/** The value that `message` holds. Throws BadValue. */
export function decode(message) {
  if (typeof message !== 'string') throw new BadValue('the message is no string');
  let plain;
  try {
    plain = parse(message);
  } catch {
    throw new BadValue('the message holds no value');
  }
  return valueOf(plain, 0, { parts: MOST_VALUES });
}

function count(depth, left) {
  left.parts -= 1;
  if (left.parts < 0) throw new BadValue('the value has too many parts');
  if (depth > DEEPEST) throw new BadValue('the value is nested too deep, or contains itself');
}

function said(value, depth, left) {
  count(depth, left);
  switch (typeof value) {
    case 'undefined': return '["u"]';
    case 'boolean': return value ? 'true' : 'false';
    case 'string': return stringify(value);
    case 'bigint': return `["i","${apply(bigintText, value, [])}"]`;
    case 'number':
      if (is(value, -0)) return '["n","-0"]';
      return value - value === 0 ? text(value) : `["n","${value}"]`;
    case 'object': return value === null ? 'null' : saidObject(value, depth + 1, left);
    default: throw new BadValue(`a ${typeof value} cannot be sent`);
  }
}

function saidObject(value, depth, left) {
  if (isArray(value)) {
    let list = '["a"';
    const length = own(value, 'length');
    if (length > left.parts) throw new BadValue('the value has too many parts');
    for (let i = 0; i < length; i++) {
      const part = getOwnPropertyDescriptor(value, i);
      list += part === undefined ? ',["h"]' : `,${said(plainPart(part), depth, left)}`;
    }
    return `${list}]`;
  }
  const kind = kindOf(value);
  if (kind === 'Date') return `["d",${said(apply(dateValue, value, []), depth, left)}]`;
  if (kind === 'Map') {
    let list = '["m"';
    apply(mapEach, value, [(part, key) => { list += `,${said(key, depth, left)},${said(part, depth, left)}`; }]);
    return `${list}]`;
  }
  if (kind === 'Set') {
    let list = '["s"';
    apply(setEach, value, [(part) => { list += `,${said(part, depth, left)}`; }]);
    return `${list}]`;
  }
  if (kind === 'Error') return `["e",${stringify(errorName(value))},${stringify(errorText(value))}]`;
  let list = '["o"';
  const names = ownKeys(value);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const part = getOwnPropertyDescriptor(value, name);
    if (typeof name !== 'string' || part === undefined || !part.enumerable) continue;
    list += `,${stringify(name)},${said(plainPart(part), depth, left)}`;
  }
  return `${list}]`;
}

function plainPart(part) {
  if ('value' in part) return part.value;
  throw new BadValue('an accessor cannot be sent');
}

function own(value, name) {
  const part = getOwnPropertyDescriptor(value, name);
  return part !== undefined && 'value' in part ? part.value : undefined;
}

// What an object is by what it holds inside, whatever it says of itself.
function kindOf(value) {
  const tries = [['Date', dateValue], ['Map', mapEach], ['Set', setEach]];
  for (let i = 0; i < tries.length; i++) {
    try {
      apply(tries[i][1], value, [nothing]);
      return tries[i][0];
    } catch {
      // Another one.
    }
  }
  return NativeError.isError(value) ? 'Error' : 'Object';
}

function nothing() {}

function errorName(error) {
  for (let at = error, seen = 0; at !== null && seen < 20; at = getPrototypeOf(at), seen++) {
    const name = own(at, 'name');
    if (typeof name === 'string') return name;
  }
  return 'Error';
}

function errorText(error) {
  const message = own(error, 'message');
  return typeof message === 'string' ? message : '';
}

function put(object, name, value) {
  defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

function valueOf(plain, depth, left) {
  count(depth, left);
  if (plain === null || typeof plain !== 'object') return plain;
  if (!isArray(plain) || plain.length === 0) throw new BadValue('an object names no type');
  depth += 1;
  const tag = plain[0];
  const part = (i) => {
    if (i >= plain.length) throw new BadValue('a part is missing');
    return valueOf(plain[i], depth, left);
  };
  switch (tag) {
    case 'u': return undefined;
    case 'i':
      if (typeof plain[1] !== 'string' || !isDigits(plain[1])) break;
      return makeBigInt(plain[1]);
    case 'n':
      if (plain[1] === '-0') return -0;
      if (plain[1] === 'NaN') return NaN;
      if (plain[1] === 'Infinity') return Infinity;
      if (plain[1] === '-Infinity') return -Infinity;
      break;
    case 'd': {
      const time = part(1);
      if (typeof time !== 'number') break;
      return new NativeDate(time);
    }
    case 'e': {
      if (typeof plain[1] !== 'string' || typeof plain[2] !== 'string') break;
      const error = new (ERRORS[plain[1]] ?? NativeError)(plain[2]);
      if (!(plain[1] in ERRORS)) put(error, 'name', plain[1]);
      return error;
    }
    case 'a': {
      const list = [];
      for (let i = 1; i < plain.length; i++) {
        if (isArray(plain[i]) && plain[i][0] === 'h') list.length = i;
        else put(list, i - 1, part(i));
      }
      return list;
    }
    case 's': {
      const set = new NativeSet();
      for (let i = 1; i < plain.length; i++) apply(setAdd, set, [part(i)]);
      return set;
    }
    case 'm': {
      const map = new NativeMap();
      for (let i = 1; i < plain.length; i += 2) apply(mapSet, map, [part(i), part(i + 1)]);
      return map;
    }
    case 'o': {
      const object = {};
      for (let i = 1; i < plain.length; i += 2) {
        if (typeof plain[i] !== 'string') throw new BadValue('a name that is no string');
        put(object, plain[i], part(i + 1));
      }
      return object;
    }
  }
  throw new BadValue('an object names no type');
}

function isDigits(digits) {
  for (let i = digits[0] === '-' ? 1 : 0; i < digits.length; i++) if (!(digits[i] >= '0' && digits[i] <= '9')) return false;
  return digits !== '' && digits !== '-';
}
