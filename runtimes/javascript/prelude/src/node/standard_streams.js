import { Buffer } from './buffer.js';
import { codeError } from './errors.js';
import { Readable, Writable } from './stream.js';

/** process.stdin over file descriptor 0. */
export function makeStdin(host) {
  const stdin = new Readable({
    highWaterMark: 65536,
    read(size) {
      const chunk = Buffer.allocUnsafe(size);
      let count;
      try {
        count = host.files.read(0, chunk, 0, size, -1);
      } catch (error) {
        return void this.destroy(error);
      }
      return void this.push(count === 0 ? null : chunk.subarray(0, count));
    },
  });
  return Object.assign(stdin, { fd: 0, isTTY: undefined, ref() { return stdin; }, unref() { return stdin; }, setRawMode() { throw codeError(Error, 'ENOTTY', 'setRawMode is not available'); } });
}

/**
 * process.stdout or stderr: what is written is there when `write` returns, as for files and pipes in node. A writable
 * stream is made only for what needs one (pipes, events), since nearly every program only calls `write`.
 */
export function makeOutput(host, fd) {
  const write = (chunk, encoding) => {
    if (typeof chunk === 'string') host.write(fd, typeof encoding === 'string' && !/^utf-?8$/i.test(encoding) ? Buffer.from(chunk, encoding) : chunk);
    else if (chunk instanceof Uint8Array) host.write(fd, chunk);
    else {
      throw codeError(TypeError, 'ERR_INVALID_ARG_TYPE', `The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView.${chunk === null ? ' Received null' : ` Received ${typeof chunk === 'object' ? `an instance of ${chunk.constructor?.name}` : `type ${typeof chunk} (${String(chunk)})`}`}`);
    }
  };
  const output = new Writable({
    decodeStrings: false,
    write(chunk, encoding, callback) {
      write(chunk, encoding);
      callback();
    },
  });
  output.write = (chunk, encoding, callback) => {
    write(chunk, encoding);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  // Standard output is never closed before the program ends.
  output.end = (chunk, encoding, callback) => {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') output.write(chunk, encoding);
    const done = [chunk, encoding, callback].find((value) => typeof value === 'function');
    if (done) queueMicrotask(() => done());
    return output;
  };
  return Object.assign(output, {
    fd, isTTY: undefined, columns: undefined, rows: undefined, _type: 'pipe', hasColors: () => false, getColorDepth: () => 1, getWindowSize: () => [80, 24],
    cursorTo: () => true, moveCursor: () => true, clearLine: () => true, clearScreenDown: () => true,
  });
}
