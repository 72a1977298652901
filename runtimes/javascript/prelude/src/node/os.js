/** node:os of a machine with one core, whatever the real one has. */
export function makeOs() {
  return {
    EOL: '\n', devNull: '/dev/null',
    arch: () => 'wasm32', platform: () => 'linux', type: () => 'Linux', release: () => '6.0.0', version: () => '#1', machine: () => 'wasm32',
    hostname: () => 'localhost', homedir: () => '/work', tmpdir: () => '/tmp', endianness: () => 'LE',
    cpus: () => [{ model: 'wasm32', speed: 1000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }], availableParallelism: () => 1,
    totalmem: () => 1 << 30, freemem: () => 1 << 29, loadavg: () => [0, 0, 0], uptime: () => 0, networkInterfaces: () => ({}),
    userInfo: () => ({ uid: 1000, gid: 1000, username: 'user', homedir: '/work', shell: null }),
    getPriority: () => 0, setPriority() {},
    constants: { signals: { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 }, errno: {}, priority: {} },
  };
}
