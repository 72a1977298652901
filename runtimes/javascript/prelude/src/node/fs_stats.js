const KINDS = { file: 32768, directory: 16384, symlink: 40960, character: 8192 };
const MODES = { file: 0o644, directory: 0o755, symlink: 0o777, character: 0o620 };

/** Stats and Dirent, made of what the sandbox's files say. */
export function makeStats() {
  class Typed {
    #type;
    constructor(type) { this.#type = type; }
    isFile() { return this.#type === 'file'; }
    isDirectory() { return this.#type === 'directory'; }
    isSymbolicLink() { return this.#type === 'symlink'; }
    isCharacterDevice() { return this.#type === 'character'; }
    isBlockDevice() { return false; }
    isFIFO() { return false; }
    isSocket() { return false; }
  }

  class Stats extends Typed {
    constructor({ dev, ino, type, nlink, size, atimeMs, mtimeMs, ctimeMs }, bigint) {
      super(type);
      const number = bigint ? (value) => BigInt(Math.trunc(value)) : (value) => value;
      this.dev = number(dev);
      this.mode = number((KINDS[type] ?? 0) | (MODES[type] ?? 0));
      this.nlink = number(nlink);
      this.uid = number(0);
      this.gid = number(0);
      this.rdev = number(0);
      this.blksize = number(4096);
      this.ino = number(ino);
      this.size = number(size);
      this.blocks = number(Math.ceil(size / 512));
      for (const [name, ms] of [['atime', atimeMs], ['mtime', mtimeMs], ['ctime', ctimeMs], ['birthtime', ctimeMs]]) {
        this[`${name}Ms`] = number(ms);
        if (bigint) this[`${name}Ns`] = BigInt(Math.trunc(ms)) * 1_000_000n;
      }
      for (const [name, ms] of [['atime', atimeMs], ['mtime', mtimeMs], ['ctime', ctimeMs], ['birthtime', ctimeMs]]) this[name] = new Date(ms);
    }
  }

  class Dirent extends Typed {
    constructor(name, parentPath, type) {
      super(type);
      this.name = name;
      this.parentPath = parentPath;
      this.path = parentPath;
    }
  }

  return { Stats, Dirent };
}
