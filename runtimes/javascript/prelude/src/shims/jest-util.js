// The four helpers of jest-util that expect, jest-mock and jest-each use; the package itself needs a file system and a terminal.
export const isPromise = (candidate) =>
  candidate != null && (typeof candidate === 'object' || typeof candidate === 'function') && typeof candidate.then === 'function';

export const pluralize = (word, count, ending = 's') => `${count} ${word}${count === 1 ? '' : ending}`;

export class ErrorWithStack extends Error {
  constructor(message, callsite) {
    super(message);
    Error.captureStackTrace?.(this, callsite);
  }
}

export function convertDescriptorToString(descriptor) {
  switch (typeof descriptor) {
    case 'function':
      if (descriptor.name) return descriptor.name;
      break;
    case 'number':
    case 'undefined':
      return `${descriptor}`;
    case 'string':
      return descriptor;
  }
  throw new Error(`Invalid first argument, ${descriptor}. It must be a named class, named function, number, or string.`);
}
