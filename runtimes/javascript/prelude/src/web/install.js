// Defines what the web platform and node have as globals and the engine lacks. Imported before any package, since some
// look for these when they are loaded.
import { AbortController, AbortSignal } from './abort.js';
import { atob, btoa } from './base64.js';
import { DOMException } from './dom_exception.js';
import { TextDecoder, TextEncoder } from './encoding.js';
import { CustomEvent, Event, EventTarget, MessageEvent } from './events.js';
import { MessageChannel, MessagePort } from './messages.js';
import { structuredClone } from './structured_clone.js';

/** Defines a global as node does: not enumerable, but writable and configurable. A bundler may have renamed its class. */
export function defineGlobal(name, value) {
  if (typeof value === 'function' && value.name !== name) Object.defineProperty(value, 'name', { value: name, configurable: true });
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

const globals = {
  DOMException: globalThis.DOMException ?? DOMException,
  Event, EventTarget, CustomEvent, MessageEvent, AbortController, AbortSignal, MessageChannel, MessagePort, TextEncoder, TextDecoder, structuredClone,
  atob: globalThis.atob ?? atob,
  btoa: globalThis.btoa ?? btoa,
};

for (const name of Object.keys(globals)) defineGlobal(name, globals[name]);
