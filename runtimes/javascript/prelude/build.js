// Bundles an entry of the prelude into one script: node build.js src/main.js dist/prelude.js [--minify]
// No step depends on the machine, so the same lock gives the same bytes.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

const here = dirname(fileURLToPath(import.meta.url));
const shim = (name) => join(here, 'src/shims', name);

/** Packages that are replaced, because they need a terminal, a file system or large tables. */
export const alias = {
  chalk: shim('chalk.js'),
  'ansi-styles': shim('ansi-styles.js'),
  '@jest/react-is-18': shim('react-is.js'),
  '@jest/react-is-19': shim('react-is.js'),
  'jest-util': shim('jest-util.js'),
  'jest-message-util': shim('jest-message-util.js'),
  'node:util': shim('util-format.js'),
  path: 'path-browserify',
  tr46: shim('tr46.js'),
  '@exodus/bytes/encoding.js': shim('exodus-encoding.js'),
  '@exodus/bytes/whatwg.js': shim('exodus-whatwg.js'),
};

// Packages write `util/` where they mean the package and not node's module; aliases can't have such names.
const trailingSlash = {
  name: 'trailing-slash',
  setup({ onResolve }) {
    onResolve({ filter: /^util\/$/ }, () => ({ path: shim('util.cjs') }));
    onResolve({ filter: /^process\/$/ }, () => ({ path: shim('process.js') }));
  },
};

// What programs print of proxies and promises must not run their code, and only the engine sees inside.
const inside = {
  name: 'inside',
  setup({ onLoad }) {
    onLoad({ filter: /node-inspect-extracted\/dist\/inspect\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [from, to] of INSIDE) {
        if (contents.split(from).length !== 2) throw new Error(`${path} has not one "${from}"`);
        contents = contents.replace(from, () => to);
      }
      return { contents: `const { promiseDetails, proxyDetails } = require(${JSON.stringify(join(here, 'src/inside.js'))});\n${contents}`, resolveDir: dirname(path) };
    });
  },
};
const INSIDE = [
  ['getProxyDetails:y.getProxyDetails', 'getProxyDetails:proxyDetails'],
  // Printing a proxy prints its target and no more, as node did until version 24.
  ['if(0!==s)for(let e=0;e<s;e++)u=', 'if(0)for(let e=0;e<s;e++)u='],
  ['for(let n=0;n<s;n++)e=', 'for(let n=0;n<0;n++)e='],
  ['getPromiseDetails:()=>[g,void 0]', 'getPromiseDetails:(t)=>promiseDetails(t,g,h)'],
];

// What the language has when the prelude is loaded, whatever programs make of their globals.
const BUILTINS = [
  'AggregateError', 'Array', 'ArrayBuffer', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Boolean', 'DataView', 'Date', 'Error', 'EvalError',
  'Float32Array', 'Float64Array', 'Function', 'Int16Array', 'Int32Array', 'Int8Array', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Proxy',
  'RangeError', 'ReferenceError', 'Reflect', 'RegExp', 'Set', 'String', 'Symbol', 'SyntaxError', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array',
  'Uint8Array', 'Uint8ClampedArray', 'WeakMap', 'WeakRef', 'WeakSet', 'decodeURIComponent', 'encodeURIComponent', 'isFinite', 'isNaN', 'parseFloat',
  'parseInt',
];
const scope = { banner: { js: `(()=>{const{${BUILTINS.join()}}=globalThis;` }, footer: { js: '})();' } };

export const options = {
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  absWorkingDir: here,
  define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"', 'process.env.NODE_DEBUG': 'undefined', 'process.env.READABLE_STREAM': '"disable"' },
  alias,
  plugins: [trailingSlash, inside],
  logLevel: 'warning',
};

/** Bundles `entry` into `outfile`. */
export const bundle = (entry, outfile, more = {}) => build({ ...options, ...scope, entryPoints: [entry], outfile, ...more });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [entry, outfile] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const minify = process.argv.includes('--minify');
  await bundle(entry, outfile, { minifySyntax: minify, minifyWhitespace: minify });
}
