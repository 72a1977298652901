// The modules in the snapshot that are not the harness's own, and the globals that come with them.
import assert from 'assert';
import util from 'util';
import EventEmitter from 'events';
import path from 'path-browserify';
import { Buffer } from 'buffer';
import { format, inspect } from 'node-inspect-extracted';
import { host } from './host.js';
import { makeTesting } from './testing/index.js';
import { Unsupported } from './errors.js';

const writer = (fd) => ({ write(text) { host.write(fd, typeof text === 'string' ? text : text); return true; }, isTTY: false, fd });

export function makeLibraries({ timers }) {
  const testing = makeTesting({ clock: timers, assert, unsupported: (what) => { throw new Unsupported(what); } });
  return {
    EventEmitter,
    streams: { stdin: writer, stdout: writer, stderr: writer },
    testing,
    globals: { Buffer },
    modules: { assert, util: { ...util, inspect, format }, events: EventEmitter, path, buffer: { Buffer }, ...Object.fromEntries(Object.entries(testing.modules).map(([name, value]) => [name.replace(/^node:/, ''), value])) },
    isKnown: () => false,
  };
}
