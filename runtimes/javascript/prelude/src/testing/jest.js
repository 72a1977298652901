import { ModuleMocker } from 'jest-mock';
import { FakeTimers } from './fake_timers.js';

/** Names of functions of `jest` and `vi` that need a module registry which the mocks could change. */
const MODULE_MOCKS = ['mock', 'unmock', 'doMock', 'doUnmock', 'dontMock', 'createMockFromModule', 'genMockFromModule', 'isolateModules', 'isolateModulesAsync', 'resetModules', 'requireActual', 'requireMock', 'unstable_mockModule', 'setMock', 'enableAutomock', 'disableAutomock', 'deepUnmock', 'importActual', 'importMock'];

/** The `jest` object. `unsupported(what)` never returns. */
export function makeJest({ runner, unsupported }) {
  const mocker = new ModuleMocker(globalThis);
  const timers = new FakeTimers();
  const jest = {
    fn: (implementation) => mocker.fn(implementation),
    spyOn: (object, method, access) => mocker.spyOn(object, method, access),
    replaceProperty: (object, key, value) => mocker.replaceProperty(object, key, value),
    isMockFunction: (value) => mocker.isMockFunction(value),
    mocked: (source) => source,
    clearAllMocks() { mocker.clearAllMocks(); return jest; },
    resetAllMocks() { mocker.resetAllMocks(); return jest; },
    restoreAllMocks() { mocker.restoreAllMocks(); return jest; },
    onGenerateMock() { return jest; },
    setTimeout(ms) { runner.defaultTimeout = ms; return jest; },
    retryTimes(count) { runner.defaultRetries = count; return jest; },
    useFakeTimers(options) { timers.use(typeof options === 'object' && options !== null ? options : {}); return jest; },
    useRealTimers() { timers.restore(); return jest; },
    getRealSystemTime: () => Date.now(),
    getSeed: () => 0,
    isEnvironmentTornDown: () => false,
  };
  addTimers(jest, timers, jest);
  for (const name of MODULE_MOCKS) jest[name] = () => unsupported(`jest.${name}`);
  return { jest, mocker, timers };
}

export function addTimers(target, timers, self) {
  for (const name of ['advanceTimersByTime', 'advanceTimersByTimeAsync', 'runAllTimers', 'runAllTimersAsync', 'runOnlyPendingTimers', 'runOnlyPendingTimersAsync', 'runAllTicks', 'runAllImmediates', 'advanceTimersToNextTimer', 'advanceTimersToNextTimerAsync', 'advanceTimersToNextFrame', 'clearAllTimers', 'getTimerCount', 'setSystemTime', 'now']) {
    target[name] = (...args) => {
      const result = timers[name](...args);
      return result === undefined && self !== target ? self : result;
    };
  }
}

export { MODULE_MOCKS };
