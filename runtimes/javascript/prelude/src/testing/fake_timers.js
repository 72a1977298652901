import { withGlobal } from '@sinonjs/fake-timers';

const NAMES = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'queueMicrotask', 'performance', 'nextTick'];

/**
 * Fake timers as Jest and Vitest have them, by the package that both use. `defaults` names what Jest fakes and
 * Vitest doesn't: `nextTick` and `queueMicrotask`.
 */
export class FakeTimers {
  #clock = undefined;
  #defaults;

  constructor(defaults = NAMES) {
    this.#defaults = defaults;
  }

  get active() { return this.#clock !== undefined; }

  use(options = {}) {
    this.restore();
    const { doNotFake = [], toFake = this.#defaults, now, advanceTimers, shouldAdvanceTime, advanceTimeDelta, timerLimit, loopLimit } = options;
    const names = [];
    for (let i = 0; i < NAMES.length; i++) {
      const name = NAMES[i];
      if (toFake.includes(name) && !doNotFake.includes(name) && (name === 'nextTick' ? globalThis.process : globalThis[name])) names.push(name);
    }
    const realNow = Date.now();
    this.#clock = withGlobal(globalThis).install({
      now: now === undefined ? realNow : now,
      toFake: names,
      loopLimit: timerLimit ?? loopLimit ?? 100_000,
      shouldAdvanceTime: Boolean(advanceTimers ?? shouldAdvanceTime),
      advanceTimeDelta: typeof advanceTimers === 'number' ? advanceTimers : advanceTimeDelta,
      shouldClearNativeTimers: true,
    });
  }

  restore() {
    this.#clock?.uninstall();
    this.#clock = undefined;
  }

  #active(name) {
    if (!this.#clock) {
      throw new Error(`A function to advance timers was called (${name}), but the timers APIs are not replaced with fake timers. Call \`useFakeTimers()\` in this test file first.`);
    }
    return this.#clock;
  }

  advanceTimersByTime(ms) { this.#active('advanceTimersByTime').tick(ms); }
  async advanceTimersByTimeAsync(ms) { await this.#active('advanceTimersByTimeAsync').tickAsync(ms); }
  runAllTimers() { this.#active('runAllTimers').runAll(); }
  async runAllTimersAsync() { await this.#active('runAllTimersAsync').runAllAsync(); }
  runOnlyPendingTimers() { this.#active('runOnlyPendingTimers').runToLast(); }
  async runOnlyPendingTimersAsync() { await this.#active('runOnlyPendingTimersAsync').runToLastAsync(); }
  runAllTicks() { this.#active('runAllTicks').runMicrotasks(); }
  runAllImmediates() { this.#active('runAllImmediates').tick(0); }

  advanceTimersToNextTimer(steps = 1) {
    const clock = this.#active('advanceTimersToNextTimer');
    for (let i = 0; i < steps; i++) {
      clock.next();
      clock.tick(0);
      if (clock.countTimers() === 0) break;
    }
  }

  async advanceTimersToNextTimerAsync(steps = 1) {
    const clock = this.#active('advanceTimersToNextTimerAsync');
    for (let i = 0; i < steps; i++) {
      await clock.nextAsync();
      await clock.tickAsync(0);
      if (clock.countTimers() === 0) break;
    }
  }

  advanceTimersToNextFrame() { this.#active('advanceTimersToNextFrame').runToFrame(); }
  clearAllTimers() { this.#clock?.reset(); }
  getTimerCount() { return this.#active('getTimerCount').countTimers(); }
  setSystemTime(now) { this.#active('setSystemTime').setSystemTime(now); }
  now() { return this.#clock ? this.#clock.now : Date.now(); }
}
