// node's `process`.
import { host } from './host.js';

export const VERSION = 'v22.0.0';

/** `process` of a program that `loop` runs. `makeStream(fd)` gives its standard streams; `exit(code)` ends it. */
export function makeProcess({ loop, EventEmitter, makeStreams }) {
  const start = host.now();
  const process = Object.create(Object.create(EventEmitter.prototype, {
    constructor: { value: function process() {}, configurable: true, writable: true },
    [Symbol.toStringTag]: { value: 'process', configurable: true },
  }));
  EventEmitter.call(process);
  let code;
  const hrtime = (since) => {
    const now = host.now() - start;
    let seconds = Math.floor(now / 1000), nanos = Math.floor((now % 1000) * 1e6);
    if (since) {
      seconds -= since[0];
      nanos -= since[1];
      if (nanos < 0) {
        seconds -= 1;
        nanos += 1e9;
      }
    }
    return [seconds, nanos];
  };
  hrtime.bigint = () => BigInt(Math.floor((host.now() - start) * 1e6));
  const exit = (given) => {
    if (given !== undefined) process.exitCode = given;
    emitExit();
    host.exit(codeNumber(code));
  };
  let exiting = false;
  const emitExit = () => {
    if (exiting) return;
    exiting = true;
    if (process._events.exit !== undefined) process.emit('exit', codeNumber(code));
  };
  Object.assign(process, {
    title: 'node',
    version: VERSION,
    versions: { node: VERSION.slice(1), quickjs: '0.18.0' },
    arch: 'wasm32',
    platform: 'linux',
    release: { name: 'node' },
    argv: ['/usr/local/bin/node'],
    argv0: 'node',
    execArgv: [],
    execPath: '/usr/local/bin/node',
    env: {},
    pid: 1,
    ppid: 0,
    features: {},
    config: { target_defaults: {}, variables: {} },
    exit,
    reallyExit: exit,
    abort() { host.exit(134); },
    kill() { host.exit(143); },
    cwd: host.files.cwd,
    chdir(directory) { host.files.chdir(`${directory}`); },
    umask: () => 0o22,
    uptime: () => (host.now() - start) / 1000,
    hrtime,
    nextTick(callback, ...parameters) { loop.nextTick(callback, parameters); },
    cpuUsage() {
      const micros = Math.floor((host.now() - start) * 1000);
      return { user: micros, system: 0 };
    },
    memoryUsage: Object.assign(() => {
      const used = host.memoryUsed();
      return { rss: used, heapTotal: used, heapUsed: used, external: 0, arrayBuffers: 0 };
    }, { rss: host.memoryUsed }),
    resourceUsage: () => ({ userCPUTime: 0, systemCPUTime: 0, maxRSS: Math.floor(host.memoryUsed() / 1024) }),
    emitWarning(warning) {
      const text = typeof warning === 'string' ? `Warning: ${warning}` : `${warning?.name}: ${warning?.message}`;
      host.write(2, `(node:1) ${text}\n`);
    },
    getuid: () => 0,
    geteuid: () => 0,
    getgid: () => 0,
    getegid: () => 0,
    binding() { throw new Error('process.binding is not supported'); },
    setUncaughtExceptionCaptureCallback() {},
    hasUncaughtExceptionCaptureCallback: () => false,
    setSourceMapsEnabled() {},
  });
  Object.defineProperty(process, 'exitCode', {
    get: () => code,
    set(value) { code = value; },
    enumerable: true,
    configurable: true,
  });
  for (const [fd, name] of ['stdin', 'stdout', 'stderr'].entries()) {
    let stream;
    Object.defineProperty(process, name, {
      get: () => (stream ??= makeStreams[name](fd)),
      set(value) { stream = value; },
      enumerable: true,
      configurable: true,
    });
  }
  return { process, emitExit, exitCode: () => codeNumber(code) };
}

// What a process exits with: the low 8 bits of an integer.
function codeNumber(code) {
  const number = Number(code ?? 0);
  return Number.isInteger(number) ? number & 0xff : 1;
}
