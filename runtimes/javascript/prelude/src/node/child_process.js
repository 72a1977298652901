// node:child_process, for children that run node: see ../child.js for how.
import { Child } from '../child.js';
import { Unsupported } from '../errors.js';
import { host } from '../host.js';
import { current } from '../program.js';
import { structuredClone } from '../web/structured_clone.js';
import { Buffer } from './buffer.js';
import { command, words } from './command.js';
import { codeError, invalidType } from './errors.js';
import { Readable, Writable } from './stream.js';

const { apply } = Reflect;
const custom = Symbol.for('nodejs.util.promisify.custom');

/** The module. */
export function makeChildProcess({ EventEmitter }) {
  /** A child as its parent sees it. */
  class ChildProcess extends EventEmitter {
    constructor(started, options) {
      super();
      const { file, args } = started;
      const stdio = stdioOf(options.stdio, 'pipe');
      const pipe = (fd) => (stdio[fd] === 'pipe' ? new Readable({ read() {} }) : null);
      this.spawnfile = file;
      this.spawnargs = [file, ...args];
      this.stdout = pipe(1);
      this.stderr = pipe(2);
      this.stdin = null;
      this.exitCode = null;
      this.signalCode = null;
      this.killed = false;
      this.connected = options.channel === true;
      const write = writer(stdio, (fd, chunk) => {
        const bytes = Buffer.from(chunk);
        child.tell(() => (fd === 1 ? this.stdout : this.stderr).push(bytes));
      });
      let input;
      const child = new Child({
        ...started.child, env: options.env ?? current.program.process.env, cwd: options.cwd, write,
        prepare: (program) => {
          if (stdio[0] === 'pipe') input = feed(program.process);
          if (options.channel) this.#connect(program.process);
        },
        isWaited: () => (input?.isRead() ?? false) || this.#isListenedTo?.() === true,
        ended: (code) => child.tell(() => this.#over(code)),
      });
      if (input) {
        this.stdin = new Writable({
          write(chunk, encoding, done) { child.post(() => input.push(chunk)); done(); },
          final(done) { child.post(() => input.push(null)); done(); },
        });
      }
      this.#child = child;
      this.pid = child.program.process.pid;
      this.stdio = [this.stdin, this.stdout, this.stderr];
      child.tell(() => this.emit('spawn'));
      child.wake();
    }

    #child;
    #isListenedTo = undefined;

    kill(signal = 'SIGTERM') {
      if (this.#child.isOver || this.exitCode !== null) return false;
      this.killed = true;
      this.signalCode = typeof signal === 'string' ? signal : 'SIGTERM';
      this.#child.kill(null);
      return true;
    }

    ref() {}
    unref() {}

    // Both ends of the channel that a fork has.
    #connect(process) {
      process.connected = true;
      process.send = (message, ...rest) => {
        const copy = structuredClone(message);
        this.#child.tell(() => { if (this.connected) this.emit('message', copy); });
        rest.find((value) => typeof value === 'function')?.(null);
        return true;
      };
      process.disconnect = () => {
        process.connected = false;
        process.emit('disconnect');
        this.#child.tell(() => this.disconnect());
      };
      process.channel = { ref() {}, unref() {} };
      this.#isListenedTo = () => process.connected && process.listenerCount('message') > 0;
      this.send = (message, ...rest) => {
        const copy = structuredClone(message);
        this.#child.post(() => process.emit('message', copy));
        rest.find((value) => typeof value === 'function')?.(null);
        return true;
      };
      this.disconnect = () => {
        if (!this.connected) return;
        this.connected = false;
        this.emit('disconnect');
        this.#child.post(() => {
          if (process.connected) {
            process.connected = false;
            process.emit('disconnect');
          }
        });
      };
    }

    #over(code) {
      this.exitCode = code;
      this.connected = false;
      this.stdout?.push(null);
      this.stderr?.push(null);
      this.emit('exit', code, this.signalCode);
      // Streams that nobody reads would never end.
      const left = [this.stdout, this.stderr].filter((stream) => stream && (stream.listenerCount('data') > 0 || stream.listenerCount('readable') > 0 || stream.listenerCount('end') > 0) && !stream.readableEnded);
      let open = left.length;
      const close = () => { if (open-- <= 0 || open === 0) this.emit('close', code, this.signalCode); };
      if (open === 0) close();
      else for (const stream of left) stream.once('end', close);
    }
  }

  // `process.stdin` of a child whose parent writes to it.
  function feed(process) {
    let ended = false;
    let stream;
    const waiting = [];
    Object.defineProperty(process, 'stdin', {
      configurable: true,
      enumerable: true,
      get() {
        if (!stream) {
          stream = Object.assign(new Readable({ read() {} }), { fd: 0, isTTY: undefined });
          for (const chunk of waiting) stream.push(chunk);
        }
        return stream;
      },
    });
    return {
      isRead: () => stream !== undefined && !ended,
      push(chunk) {
        if (chunk === null) ended = true;
        if (stream) stream.push(chunk);
        else waiting.push(chunk);
      },
    };
  }

  function spawn(file, ...rest) {
    const { args, options } = argumentsOf(rest);
    return new ChildProcess(parsed(file, args, options), options);
  }

  function execFile(file, ...rest) {
    const callback = rest.findLast((value) => typeof value === 'function');
    const { args, options } = argumentsOf(rest.filter((value) => typeof value !== 'function'));
    const child = new ChildProcess(parsed(file, args, options), options);
    const encoding = options.encoding === undefined ? 'utf8' : options.encoding;
    const out = [], err = [];
    child.stdout?.on('data', (chunk) => out.push(chunk));
    child.stderr?.on('data', (chunk) => err.push(chunk));
    child.on('close', (code, signal) => {
      const stdout = text(out, encoding), stderr = text(err, encoding);
      if (!callback) return;
      if (code === 0) return void callback(null, stdout, stderr);
      const line = [file, ...args].join(' ');
      callback(Object.assign(new Error(`Command failed: ${line}\n${stderr}`), { code, killed: child.killed, signal, cmd: line, stdout, stderr }), stdout, stderr);
    });
    return child;
  }

  const exec = (line, ...rest) => execFile(line, ...shell(rest));

  function spawnSync(file, ...rest) {
    const { args, options } = argumentsOf(rest);
    return runSync(parsed(file, args, options), options, 'pipe');
  }

  function runSync(started, options, others) {
    const stdio = stdioOf(options.stdio, others);
    const parts = [null, [], []];
    const input = options.input === undefined ? undefined : Buffer.from(options.input);
    let status = null;
    const child = new Child({
      ...started.child, env: options.env ?? current.program.process.env, cwd: options.cwd, input,
      write: writer(stdio, (fd, chunk) => parts[fd].push(Buffer.from(chunk))),
      ended: (code) => { status = code; },
    });
    child.runToEnd();
    const { encoding } = options;
    const stdout = stdio[1] === 'pipe' ? text(parts[1], encoding) : null;
    const stderr = stdio[2] === 'pipe' ? text(parts[2], encoding) : null;
    return { pid: child.program.process.pid, output: [null, stdout, stderr], stdout, stderr, status, signal: null };
  }

  // What a successful command wrote to standard output; its errors go where the program's go, unless said otherwise.
  function outputOf(started, options, line) {
    const stdio = stdioOf(options.stdio, 'pipe');
    const result = runSync(started, options, 'pipe');
    if (options.stdio === undefined && result.stderr.length > 0) host.write(2, result.stderr);
    if (result.status === 0) return stdio[1] === 'pipe' ? result.stdout : null;
    throw Object.assign(new Error(`Command failed: ${line}${result.stderr?.length > 0 ? `\n${result.stderr}` : ''}`), result);
  }

  function execFileSync(file, ...rest) {
    const { args, options } = argumentsOf(rest);
    return outputOf(parsed(file, args, options), options, [file, ...args].join(' '));
  }

  function execSync(line, options = {}) {
    return outputOf(parsed(line, [], { ...options, shell: true }), options ?? {}, line);
  }

  function fork(file, ...rest) {
    const { args, options } = argumentsOf(rest);
    const started = parsed('node', [...(options.execArgv ?? []), `${file}`, ...args], {});
    const stdio = options.stdio ?? (options.silent ? 'pipe' : 'inherit');
    return new ChildProcess(started, { ...options, stdio, channel: true });
  }

  for (const run of [exec, execFile]) {
    Object.defineProperty(run, custom, {
      value: (...args) => {
        let child;
        const promise = new Promise((resolve, reject) => {
          child = apply(run, undefined, [...args, (error, stdout, stderr) => (error ? reject(error) : resolve({ stdout, stderr }))]);
        });
        return Object.assign(promise, { child });
      },
    });
  }
  return { ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync };
}

function shell(rest) {
  const at = rest.findIndex((value) => value !== null && typeof value === 'object');
  return at < 0 ? [{ shell: true }, ...rest] : rest.with(at, { ...rest[at], shell: true });
}

/** `{file, args, child}` of what is to be started; `child` for `Child`. */
function parsed(file, args, options) {
  if (typeof file !== 'string') throw invalidType('file', 'of type string', file);
  if (file === '') throw codeError(TypeError, 'ERR_INVALID_ARG_VALUE', "The argument 'file' cannot be empty. Received ''");
  const all = options.shell ? words([file, ...args].join(' ')) : [file, ...args];
  const { main, isText, prints, argv, execArgv } = command(all[0] ?? '', all.slice(1));
  if (isText) {
    const text = prints ? `console.log(eval(${JSON.stringify(main)}))` : main;
    return { file, args, child: { main: text, isText: true, argv, execArgv } };
  }
  const cwd = options.cwd === undefined ? host.files.cwd() : String(options.cwd?.pathname ?? options.cwd);
  const path = main[0] === '/' ? main : `${cwd[0] === '/' ? cwd : `${host.files.cwd()}/${cwd}`}/${main}`;
  return { file, args, child: { main: path, argv: [path, ...argv], execArgv } };
}

function argumentsOf(rest) {
  const args = Array.isArray(rest[0]) ? rest[0].map((word) => `${word}`) : [];
  const options = rest.find((value) => value !== null && typeof value === 'object' && !Array.isArray(value)) ?? {};
  if (options.detached || (options.shell && typeof options.shell === 'string' && !/sh$/.test(options.shell))) throw new Unsupported('child_process');
  return { args, options: options.cwd === undefined ? options : { ...options, cwd: String(options.cwd?.pathname ?? options.cwd) } };
}

function stdioOf(stdio, others) {
  const list = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  return [0, 1, 2].map((fd) => {
    const said = list[fd] ?? others;
    if (said === 'overlapped') return 'pipe';
    return said === fd ? 'inherit' : said;
  });
}

// Where a child's output goes; `take` gets what its parent has a pipe for.
function writer(stdio, take) {
  const outer = host.write;
  return (fd, chunk) => {
    if (stdio[fd] === 'pipe') take(fd, chunk);
    else if (stdio[fd] === 'inherit') outer(fd, chunk);
    else if (typeof stdio[fd] === 'number') host.files.write(stdio[fd], Buffer.from(chunk), 0, Buffer.byteLength(chunk), -1);
  };
}


function text(chunks, encoding) {
  const bytes = Buffer.concat(chunks);
  return encoding === undefined || encoding === null || encoding === 'buffer' ? bytes : bytes.toString(encoding);
}
