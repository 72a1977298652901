import path from 'path-browserify';
import { Buffer } from './buffer.js';
import { codeError, invalidType, systemError } from './errors.js';
import { makePromises, withCallbacks } from './fs_async.js';
import { makeFileStreams } from './fs_streams.js';
import { makeStats } from './fs_stats.js';

const LINUX = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, O_DIRECTORY: 65536, O_NOFOLLOW: 131072, O_SYNC: 1052672 };
const FLAGS = {
  r: ['RDONLY'], rs: ['RDONLY'], sr: ['RDONLY'], 'r+': ['RDWR'], 'rs+': ['RDWR'], 'sr+': ['RDWR'],
  w: ['WRONLY', 'CREAT', 'TRUNC'], wx: ['WRONLY', 'CREAT', 'TRUNC', 'EXCL'], xw: ['WRONLY', 'CREAT', 'TRUNC', 'EXCL'],
  'w+': ['RDWR', 'CREAT', 'TRUNC'], 'wx+': ['RDWR', 'CREAT', 'TRUNC', 'EXCL'], 'xw+': ['RDWR', 'CREAT', 'TRUNC', 'EXCL'],
  a: ['WRONLY', 'CREAT', 'APPEND'], ax: ['WRONLY', 'CREAT', 'APPEND', 'EXCL'], xa: ['WRONLY', 'CREAT', 'APPEND', 'EXCL'], as: ['WRONLY', 'CREAT', 'APPEND'],
  'a+': ['RDWR', 'CREAT', 'APPEND'], 'ax+': ['RDWR', 'CREAT', 'APPEND', 'EXCL'], 'xa+': ['RDWR', 'CREAT', 'APPEND', 'EXCL'], 'as+': ['RDWR', 'CREAT', 'APPEND'],
};
const CONSTANTS = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, ...LINUX, S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFLNK: 40960, S_IFCHR: 8192 };
const CHUNK = 65536;

/** node:fs on the sandbox's files. */
export function makeFs(host) {
  const { files } = host;
  const { Stats, Dirent } = makeStats();

  // Every call of the files goes through here, to give node's error with the path as it was written.
  const call = (syscall, name, work, shown = name, dest = undefined) => {
    try {
      return work();
    } catch (error) {
      if (typeof error?.code !== 'string' || error.code.startsWith('ERR_')) throw error;
      throw systemError(error.code, syscall, shown, dest);
    }
  };

  const nameOf = (value, argument = 'path') => {
    let name = value;
    if (value instanceof Uint8Array) name = Buffer.from(value).toString();
    else if (value !== null && typeof value === 'object' && typeof value.href === 'string' && value.protocol === 'file:') name = decodeURIComponent(value.pathname);
    if (typeof name !== 'string') throw invalidType(argument, 'of type string or an instance of Buffer or URL', value);
    if (name.includes('\0')) throw codeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument '${argument}' must be a string, Uint8Array, or URL without null bytes. Received ${JSON.stringify(name).replaceAll('"', "'").replaceAll('\\u0000', '\\x00')}`);
    return name;
  };

  const optionsOf = (options, defaults) => {
    if (options === null || options === undefined || typeof options === 'function') return defaults;
    const given = typeof options === 'string' ? { encoding: options } : options;
    if (given.encoding && given.encoding !== 'buffer' && !Buffer.isEncoding(given.encoding)) {
      throw codeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'encoding' is invalid encoding. Received '${given.encoding}'`);
    }
    return { ...defaults, ...given };
  };

  const flagsOf = (flags) => {
    let bits = 0;
    if (typeof flags === 'number') {
      const access = flags & 3;
      bits = access === 0 ? files.O.RDONLY : access === 1 ? files.O.WRONLY : files.O.RDWR;
      for (const name of Object.keys(LINUX)) {
        if (LINUX[name] > 3 && (flags & LINUX[name]) === LINUX[name] && name !== 'O_SYNC') bits |= files.O[name.slice(2)] ?? 0;
      }
      return bits;
    }
    if (!Object.hasOwn(FLAGS, flags)) throw codeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'flags' is invalid. Received '${flags}'`);
    for (const name of FLAGS[flags]) bits |= files.O[name];
    return bits;
  };

  const encoded = (bytes, encoding) => (!encoding || encoding === 'buffer' ? bytes : bytes.toString(encoding));
  const bytesOf = (data, encoding) => {
    if (typeof data === 'string') return Buffer.from(data, encoding);
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    throw invalidType('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
  };
  const fdOf = (fd) => {
    if (typeof fd !== 'number') throw invalidType('fd', 'of type number', fd);
    return fd;
  };

  const readAll = (fd) => {
    const chunks = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = call('read', undefined, () => files.read(fd, chunk, 0, CHUNK, -1));
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
    }
    return chunks.length === 1 ? Buffer.from(chunks[0]) : Buffer.concat(chunks);
  };
  const writeAll = (fd, bytes, position) => {
    for (let at = 0; at < bytes.length;) {
      at += call('write', undefined, () => files.write(fd, bytes, at, bytes.length - at, position < 0 ? -1 : position + at));
    }
  };
  const withFile = (file, flags, mode, work) => {
    if (typeof file === 'number') return work(file);
    const fd = fs.openSync(file, flags, mode);
    try {
      return work(fd);
    } finally {
      fs.closeSync(fd);
    }
  };
  const lookUp = (syscall, name, follow, options) => {
    try {
      return new Stats(files.stat(name, follow), options?.bigint);
    } catch (error) {
      if (options?.throwIfNoEntry === false && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      throw systemError(error.code, syscall, name);
    }
  };
  const time = (value) => (value instanceof Date ? value.getTime() : Number(value) * 1000);

  const fs = {
    openSync(file, flags = 'r', mode = 0o666) {
      const name = nameOf(file);
      return call('open', name, () => files.open(name, flagsOf(flags ?? 'r'), typeof mode === 'string' ? Number.parseInt(mode, 8) : mode));
    },
    closeSync(fd) { call('close', undefined, () => files.close(fdOf(fd))); },

    readSync(fd, target, offsetOrOptions, length, position) {
      let offset = offsetOrOptions;
      if (offset !== null && typeof offset === 'object') ({ offset = 0, length = target.byteLength - offset, position = null } = offsetOrOptions);
      offset ??= 0;
      length ??= target.byteLength - offset;
      if (length === 0) return 0;
      const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
      return call('read', undefined, () => files.read(fdOf(fd), bytes, Number(offset), Number(length), typeof position === 'number' || typeof position === 'bigint' ? Number(position) : -1));
    },
    readvSync(fd, views, position) {
      let total = 0;
      for (const view of views) {
        const count = fs.readSync(fd, view, 0, view.byteLength, typeof position === 'number' ? position + total : null);
        total += count;
        if (count < view.byteLength) break;
      }
      return total;
    },
    writeSync(fd, data, ...rest) {
      let bytes;
      let position;
      if (typeof data === 'string') {
        bytes = Buffer.from(data, rest[1]);
        position = rest[0];
      } else {
        const given = rest[0] !== null && typeof rest[0] === 'object' ? rest[0] : { offset: rest[0], length: rest[1], position: rest[2] };
        const view = bytesOf(data);
        const offset = given.offset ?? 0;
        bytes = view.subarray(offset, offset + (given.length ?? view.length - offset));
        ({ position } = given);
      }
      return call('write', undefined, () => files.write(fdOf(fd), bytes, 0, bytes.length, typeof position === 'number' ? position : -1));
    },
    writevSync(fd, views, position) {
      let total = 0;
      for (const view of views) total += fs.writeSync(fd, view, 0, view.byteLength, typeof position === 'number' ? position + total : null);
      return total;
    },

    readFileSync(file, options) {
      const { encoding, flag } = optionsOf(options, { encoding: null, flag: 'r' });
      if (typeof file !== 'number') {
        const name = nameOf(file);
        if (name === '/dev/stdin') return encoded(readAll(0), encoding);
        const bytes = withFile(name, flag, 0o666, (fd) => {
          if (call('fstat', undefined, () => files.fstat(fd)).type === 'directory') throw systemError('EISDIR', 'read');
          return readAll(fd);
        });
        return encoded(bytes, encoding);
      }
      return encoded(readAll(file), encoding);
    },
    writeFileSync(file, data, options) {
      const { encoding, flag, mode } = optionsOf(options, { encoding: 'utf8', flag: 'w', mode: 0o666 });
      const bytes = bytesOf(data, encoding);
      const name = typeof file === 'number' ? file : nameOf(file);
      if (name === '/dev/stdout' || name === '/dev/stderr') return writeAll(name === '/dev/stdout' ? 1 : 2, bytes, -1);
      return withFile(name, flag, mode, (fd) => writeAll(fd, bytes, -1));
    },
    appendFileSync(file, data, options) { fs.writeFileSync(file, data, { ...optionsOf(options, { encoding: 'utf8', mode: 0o666 }), flag: 'a' }); },

    existsSync(file) {
      try {
        files.stat(nameOf(file), true);
        return true;
      } catch {
        return false;
      }
    },
    accessSync(file) {
      const name = nameOf(file);
      call('access', name, () => files.stat(name, true));
    },
    statSync(file, options) { return lookUp('stat', nameOf(file), true, options); },
    lstatSync(file, options) { return lookUp('lstat', nameOf(file), false, options); },
    fstatSync(fd, options) { return new Stats(call('fstat', undefined, () => files.fstat(fdOf(fd))), options?.bigint); },

    readdirSync(folder, options) {
      const name = nameOf(folder);
      const { encoding, withFileTypes, recursive } = optionsOf(options, { encoding: 'utf8' });
      const found = [];
      const walk = (inside, prefix) => {
        const entries = call('scandir', inside, () => files.readdir(inside), inside);
        entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        for (const [entry, type] of entries) {
          const shown = encoding === 'buffer' ? Buffer.from(entry) : entry;
          found.push(withFileTypes ? new Dirent(shown, inside, type) : prefix ? `${prefix}${entry}` : shown);
          if (recursive && type === 'directory') walk(path.join(inside, entry), `${prefix}${entry}/`);
        }
      };
      walk(name, '');
      return found;
    },
    opendirSync(folder) {
      const name = nameOf(folder);
      const entries = fs.readdirSync(name, { withFileTypes: true });
      return {
        path: name,
        readSync: () => entries.shift() ?? null,
        read: async () => entries.shift() ?? null,
        closeSync() {},
        async close() {},
        async* [Symbol.asyncIterator]() { while (entries.length) yield entries.shift(); },
      };
    },
    mkdirSync(folder, options) {
      const name = nameOf(folder);
      const { recursive } = typeof options === 'object' && options !== null ? options : {};
      if (!recursive) return void call('mkdir', name, () => files.mkdir(name));
      let first;
      const missing = [];
      for (let current = path.resolve(name); ; current = path.dirname(current)) {
        const stats = lookUp('stat', current, true, { throwIfNoEntry: false });
        if (stats?.isDirectory()) break;
        if (stats) throw systemError(current === path.resolve(name) ? 'EEXIST' : 'ENOTDIR', 'mkdir', name);
        missing.push(current);
      }
      for (const current of missing.reverse()) {
        call('mkdir', name, () => files.mkdir(current));
        first ??= current;
      }
      return first;
    },
    mkdtempSync(prefix) {
      const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
      for (;;) {
        let name = nameOf(prefix, 'prefix');
        for (let i = 0; i < 6; i++) name += letters[host.entropy() % letters.length];
        if (fs.existsSync(name)) continue;
        call('mkdtemp', `${prefix}XXXXXX`, () => files.mkdir(name));
        return name;
      }
    },
    rmdirSync(folder, options) {
      const name = nameOf(folder);
      if (options?.recursive) return fs.rmSync(name, { recursive: true });
      return void call('rmdir', name, () => files.rmdir(name));
    },
    unlinkSync(file) {
      const name = nameOf(file);
      call('unlink', name, () => files.unlink(name));
    },
    rmSync(file, options = {}) {
      const name = nameOf(file);
      let stats;
      try {
        stats = files.stat(name, false);
      } catch (error) {
        if (options?.force && error.code === 'ENOENT') return;
        throw systemError(error.code, 'lstat', name);
      }
      if (stats.type !== 'directory') return void fs.unlinkSync(name);
      if (!options?.recursive) {
        throw codeError(Error, 'ERR_FS_EISDIR', `Path is a directory: rm returned EISDIR (is a directory) ${name}`, { errno: 21, syscall: 'rm', path: name, name: 'SystemError' });
      }
      for (const [entry] of files.readdir(name)) fs.rmSync(path.join(name, entry), { recursive: true });
      call('rmdir', name, () => files.rmdir(name));
    },
    renameSync(from, to) {
      const [source, target] = [nameOf(from, 'oldPath'), nameOf(to, 'newPath')];
      call('rename', source, () => files.rename(source, target), source, target);
    },
    linkSync(from, to) {
      const [source, target] = [nameOf(from, 'existingPath'), nameOf(to, 'newPath')];
      call('link', source, () => files.link(source, target), source, target);
    },
    symlinkSync(to, link) {
      const [target, name] = [nameOf(to, 'target'), nameOf(link)];
      call('symlink', target, () => files.symlink(target, name), target, name);
    },
    readlinkSync(file, options) {
      const name = nameOf(file);
      return encoded(Buffer.from(call('readlink', name, () => files.readlink(name))), optionsOf(options, { encoding: 'utf8' }).encoding);
    },
    realpathSync(file) {
      let name = path.resolve(nameOf(file));
      for (let hops = 0; hops < 40; hops++) {
        const parts = name.split('/').slice(1);
        let moved = false;
        for (let i = 1; i <= parts.length && parts[0] !== ''; i++) {
          const part = `/${parts.slice(0, i).join('/')}`;
          const stats = call('lstat', part, () => files.stat(part, false));
          if (stats.type !== 'symlink') continue;
          name = path.resolve(path.dirname(part), files.readlink(part), ...parts.slice(i));
          moved = true;
          break;
        }
        if (!moved) return name;
      }
      throw systemError('ELOOP', 'realpath', nameOf(file));
    },
    copyFileSync(from, to, mode = 0) {
      const [source, target] = [nameOf(from, 'src'), nameOf(to, 'dest')];
      const bytes = call('copyfile', source, () => withFile(source, 'r', 0, readAll), source, target);
      call('copyfile', source, () => withFile(target, mode & 1 ? 'wx' : 'w', 0o666, (fd) => writeAll(fd, bytes, -1)), source, target);
    },
    cpSync(from, to, options = {}) {
      const [source, target] = [nameOf(from, 'src'), nameOf(to, 'dest')];
      if (!fs.statSync(source).isDirectory()) {
        fs.mkdirSync(path.dirname(path.resolve(target)), { recursive: true });
        if (options.force === false && fs.existsSync(target)) return;
        return fs.copyFileSync(source, target);
      }
      if (!options.recursive) throw codeError(Error, 'ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: cp returned EISDIR (${source} is a directory (not copied)) ${source}`);
      fs.mkdirSync(target, { recursive: true });
      for (const entry of fs.readdirSync(source)) fs.cpSync(path.join(source, entry), path.join(target, entry), options);
    },
    ftruncateSync(fd, size = 0) { call('ftruncate', undefined, () => files.truncate(fdOf(fd), size)); },
    truncateSync(file, size = 0) { withFile(file, 'r+', 0, (fd) => fs.ftruncateSync(fd, size)); },
    utimesSync(file, accessed, modified) {
      const name = nameOf(file);
      call('utime', name, () => files.utimes(name, time(accessed), time(modified)));
    },
    lutimesSync(file, accessed, modified) { fs.utimesSync(file, accessed, modified); },
    futimesSync() {},
    // Files have no owners or modes in the sandbox.
    chmodSync(file) { fs.accessSync(file); },
    fchmodSync() {}, lchmodSync() {}, chownSync(file) { fs.accessSync(file); }, fchownSync() {}, lchownSync() {},
    fsyncSync() {}, fdatasyncSync() {},
    Stats, Dirent, constants: CONSTANTS, F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1,
    watch() { throw systemError('ENOSYS', 'watch'); },
    watchFile() { return this; },
    unwatchFile() {},
  };
  fs.realpathSync.native = fs.realpathSync;
  withCallbacks(fs);
  fs.promises = makePromises(fs);
  Object.assign(fs, makeFileStreams(fs));
  return fs;
}
