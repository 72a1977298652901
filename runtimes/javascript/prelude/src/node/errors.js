const { defineProperty } = Object;

/** An error with a node code: its stack begins with `Type [CODE]: message`, its name stays the type's. */
export function codeError(Type, code, message, more) {
  const error = new Type(message);
  defineProperty(error, 'code', { value: code, writable: true, configurable: true, enumerable: true });
  return more ? Object.assign(error, more) : error;
}

/** Node's words for a value of the wrong type. */
export function received(value) {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') return value.constructor?.name ? ` Received an instance of ${value.constructor.name}` : ' Received an object';
  let text = typeof value === 'string' ? `'${value.length > 28 ? `${value.slice(0, 25)}...` : value}'` : typeof value === 'bigint' ? `${value}n` : String(value);
  if (text.length > 28 && typeof value !== 'string') text = `${text.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${text})`;
}

export const invalidType = (name, expected, value) =>
  codeError(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${name}" argument must be ${expected}.${received(value)}`);

/** Node's error for a number that is too small or too large; large integers are shown in groups of three digits. */
export function outOfRange(name, range, value) {
  const text = typeof value === 'number' && Number.isInteger(value) && Math.abs(value) > 2 ** 32 ? String(value).replace(/\B(?=(\d{3})+$)/g, '_') : String(value);
  return codeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "${name}" is out of range. It must be ${range}. Received ${text}`);
}

// Code, number and text of the system's errors, as libuv has them on Linux.
const SYSTEM = {
  EPERM: [1, 'operation not permitted'], ENOENT: [2, 'no such file or directory'], EIO: [5, 'i/o error'], EBADF: [9, 'bad file descriptor'],
  ENOMEM: [12, 'not enough memory'], EACCES: [13, 'permission denied'], EEXIST: [17, 'file already exists'], EXDEV: [18, 'cross-device link not permitted'],
  ENOTDIR: [20, 'not a directory'], EISDIR: [21, 'illegal operation on a directory'], EINVAL: [22, 'invalid argument'], EMFILE: [24, 'too many open files'],
  ENFILE: [23, 'file table overflow'], EFBIG: [27, 'file too large'], ENOSPC: [28, 'no space left on device'], ESPIPE: [29, 'invalid seek'],
  EROFS: [30, 'read-only file system'], EMLINK: [31, 'too many links'], ENAMETOOLONG: [36, 'name too long'], ENOTEMPTY: [39, 'directory not empty'],
  ELOOP: [40, 'too many symbolic links encountered'], ENOSYS: [38, 'function not implemented'], ENOTSUP: [95, 'operation not supported on socket'], EDQUOT: [122, 'disk quota exceeded'],
};

/** Node's error of a system call: `ENOENT: no such file or directory, open 'x'`. */
export function systemError(code, syscall, path, dest) {
  const [number, text] = SYSTEM[code] ?? [1, 'unknown error'];
  const error = new Error(`${code}: ${text}, ${syscall}${path === undefined ? '' : ` '${path}'`}${dest === undefined ? '' : ` -> '${dest}'`}`);
  error.errno = -number;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

export const systemCodes = SYSTEM;
