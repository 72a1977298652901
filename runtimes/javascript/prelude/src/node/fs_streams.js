import { Readable, Writable } from './stream.js';
import { Buffer } from './buffer.js';

/** Streams of files; they work in turns of the event loop like node's, a chunk at a time. */
export function makeFileStreams(fs) {
  class ReadStream extends Readable {
    constructor(path, options) {
      const { flags = 'r', mode = 0o666, fd, start, end = Infinity, highWaterMark = 65536, autoClose = true, encoding, signal } = typeof options === 'string' ? { encoding: options } : options ?? {};
      super({ highWaterMark, encoding, signal, autoDestroy: autoClose });
      this.path = path;
      this.flags = flags;
      this.mode = mode;
      this.fd = fd ?? null;
      this.bytesRead = 0;
      this.position = start;
      this.end_ = end;
      this.start = start;
      this.end = end;
    }

    _construct(callback) {
      if (this.fd === null) {
        try {
          this.fd = fs.openSync(this.path, this.flags, this.mode);
        } catch (error) {
          return void callback(error);
        }
        queueMicrotask(() => this.emit('open', this.fd));
        queueMicrotask(() => this.emit('ready'));
      }
      return void callback();
    }

    _read(size) {
      const wanted = this.position === undefined ? Math.min(size, this.end + 1 - this.bytesRead) : Math.min(size, this.end - this.position + 1);
      if (wanted <= 0) return void this.push(null);
      const chunk = Buffer.allocUnsafe(wanted);
      try {
        const count = fs.readSync(this.fd, chunk, 0, wanted, this.position ?? null);
        if (this.position !== undefined) this.position += count;
        this.bytesRead += count;
        this.push(count === 0 ? null : chunk.subarray(0, count));
      } catch (error) {
        this.destroy(error);
      }
      return undefined;
    }

    _destroy(error, callback) { finish(fs, this, error, callback); }
    close(callback) {
      if (callback) this.once('close', callback);
      this.destroy();
    }
  }

  class WriteStream extends Writable {
    constructor(path, options) {
      const { flags = 'w', mode = 0o666, fd, start, encoding, highWaterMark = 16384, signal } = typeof options === 'string' ? { encoding: options } : options ?? {};
      super({ decodeStrings: true, defaultEncoding: encoding ?? 'utf8', highWaterMark, signal });
      this.path = path;
      this.flags = flags;
      this.mode = mode;
      this.fd = fd ?? null;
      this.bytesWritten = 0;
      this.position = start;
    }

    _construct(callback) { Reflect.apply(ReadStream.prototype._construct, this, [callback]); }

    _write(chunk, _encoding, callback) {
      try {
        const count = fs.writeSync(this.fd, chunk, 0, chunk.length, this.position ?? null);
        if (this.position !== undefined) this.position += count;
        this.bytesWritten += count;
      } catch (error) {
        return void callback(error);
      }
      return void callback();
    }

    _destroy(error, callback) { finish(fs, this, error, callback); }
    close(callback) {
      if (callback) this.once('close', callback);
      this.end();
    }
  }

  return {
    ReadStream, WriteStream,
    createReadStream: (path, options) => new ReadStream(path, options),
    createWriteStream: (path, options) => new WriteStream(path, options),
  };
}

function finish(fs, stream, error, callback) {
  const { fd } = stream;
  stream.fd = null;
  try {
    if (typeof fd === 'number' && fd > 2) fs.closeSync(fd);
    callback(error);
  } catch (closing) {
    callback(error ?? closing);
  }
}
