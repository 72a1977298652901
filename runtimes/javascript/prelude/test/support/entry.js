// The libraries without the harness, as the tests load them.
import '../../src/web/install.js';
import { format, inspect } from 'node-inspect-extracted';
import { makeNodeModules } from '../../src/node/index.js';
import { makeTesting } from '../../src/testing/index.js';
import { isKnown } from '../../src/known_packages.js';

globalThis.prelude = { makeNodeModules, makeTesting, isKnown, inspect, format };
