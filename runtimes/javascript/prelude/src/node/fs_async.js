import { Buffer } from './buffer.js';
import { invalidType } from './errors.js';

const { apply } = Reflect;
const ASYNC = [
  'access', 'appendFile', 'chmod', 'chown', 'close', 'copyFile', 'cp', 'fchmod', 'fchown', 'fdatasync', 'fstat', 'fsync', 'ftruncate', 'futimes', 'lchmod', 'lchown', 'link', 'lstat',
  'lutimes', 'mkdir', 'mkdtemp', 'open', 'opendir', 'readFile', 'readdir', 'readlink', 'realpath', 'rename', 'rm', 'rmdir', 'stat', 'symlink', 'truncate', 'unlink', 'utimes', 'writeFile',
];

const later = (callback, ...args) => globalThis.setImmediate(() => callback(...args));

/** Adds the functions with callbacks, which work at once and report in a later turn. */
export function withCallbacks(fs) {
  for (const name of ASYNC) {
    const sync = fs[`${name}Sync`];
    fs[name] = (...args) => {
      const callback = args.pop();
      if (typeof callback !== 'function') throw invalidType('cb', 'of type function', undefined);
      let result;
      try {
        result = apply(sync, fs, args);
      } catch (error) {
        if (error.code === 'ERR_INVALID_ARG_TYPE' || error.code === 'ERR_INVALID_ARG_VALUE') throw error;
        return later(callback, error);
      }
      return void (result === undefined ? later(callback, null) : later(callback, null, result));
    };
  }
  fs.exists = (file, callback) => later(callback, fs.existsSync(file));
  for (const name of ['read', 'write', 'readv', 'writev']) {
    fs[name] = (fd, data, ...rest) => {
      const callback = rest.pop();
      if (typeof callback !== 'function') throw invalidType('cb', 'of type function', undefined);
      let buffer = data;
      let args = rest;
      if (name === 'read' && data !== null && !ArrayBuffer.isView(data) && typeof data === 'object') {
        ({ buffer = Buffer.alloc(16384) } = data);
        args = [data];
      }
      try {
        later(callback, null, fs[`${name}Sync`](fd, buffer, ...args), buffer);
      } catch (error) {
        later(callback, error);
      }
    };
  }
}

/** node:fs/promises. */
export function makePromises(fs) {
  class FileHandle {
    #fd;
    constructor(fd) { this.#fd = fd; }
    get fd() { return this.#fd; }
    async readFile(options) { return fs.readFileSync(this.#fd, options); }
    async writeFile(data, options) { fs.writeFileSync(this.#fd, data, options); }
    async appendFile(data, options) { fs.writeFileSync(this.#fd, data, options); }
    async read(buffer, ...rest) {
      const target = ArrayBuffer.isView(buffer) ? buffer : buffer?.buffer ?? Buffer.alloc(16384);
      const args = ArrayBuffer.isView(buffer) ? rest : [buffer ?? {}];
      return { bytesRead: fs.readSync(this.#fd, target, ...args), buffer: target };
    }

    async write(data, ...rest) { return { bytesWritten: fs.writeSync(this.#fd, data, ...rest), buffer: data }; }
    async readv(buffers, position) { return { bytesRead: fs.readvSync(this.#fd, buffers, position), buffers }; }
    async writev(buffers, position) { return { bytesWritten: fs.writevSync(this.#fd, buffers, position), buffers }; }
    async stat(options) { return fs.fstatSync(this.#fd, options); }
    async truncate(size) { fs.ftruncateSync(this.#fd, size); }
    async utimes() {}
    async chmod() {}
    async chown() {}
    async sync() {}
    async datasync() {}
    async close() {
      if (this.#fd < 0) return;
      const fd = this.#fd;
      this.#fd = -1;
      fs.closeSync(fd);
    }

    async* readLines(options) {
      const text = fs.readFileSync(this.#fd, options?.encoding ?? 'utf8');
      const lines = text.split(/\r\n|\n|\r/);
      if (lines[lines.length - 1] === '') lines.pop();
      yield* lines;
    }

    createReadStream(options) { return fs.createReadStream(null, { ...options, fd: this.#fd }); }
    createWriteStream(options) { return fs.createWriteStream(null, { ...options, fd: this.#fd }); }
    async [Symbol.asyncDispose ?? Symbol.for('asyncDispose')]() { await this.close(); }
  }

  const promises = { constants: fs.constants };
  for (const name of ASYNC) {
    if (['close', 'fchmod', 'fchown', 'fdatasync', 'fstat', 'fsync', 'ftruncate', 'futimes'].includes(name)) continue;
    promises[name] = async (file, ...rest) => {
      const result = fs[`${name}Sync`](file instanceof FileHandle ? file.fd : file, ...rest);
      return name === 'open' ? new FileHandle(result) : result;
    };
  }
  return promises;
}
