import { URL, URLSearchParams } from 'whatwg-url';
import { inspect } from 'node-inspect-extracted';

const PARTS = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash'];
const define = (target, name, value) => Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });

define(URL.prototype, Symbol.for('nodejs.util.inspect.custom'), function (depth, options) {
  if (typeof depth === 'number' && depth < 0) return this.toString();
  const shown = Object.create({ constructor: URL });
  for (const part of PARTS) shown[part] = this[part];
  return `URL ${inspect(shown, options)}`.replace(/^URL URL /, 'URL ');
});

define(URLSearchParams.prototype, Symbol.for('nodejs.util.inspect.custom'), function (depth, options) {
  const pairs = [...this];
  if (pairs.length === 0) return 'URLSearchParams {}';
  return `URLSearchParams { ${pairs.map(([key, value]) => `${inspect(key, options)} => ${inspect(value, options)}`).join(', ')} }`;
});

// Node's error for what is no URL.
const NativeURL = URL;
const PatchedURL = new Proxy(NativeURL, {
  construct(target, args, newTarget) {
    if (args.length === 0) throw Object.assign(new TypeError('The "url" argument must be specified'), { code: 'ERR_MISSING_ARGS' });
    try {
      return Reflect.construct(target, args, newTarget === PatchedURL ? target : newTarget);
    } catch (error) {
      if (!/^Invalid (base )?URL/.test(error?.message)) throw error;
      throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: `${args[0]}`, ...(args[1] === undefined ? {} : { base: `${args[1]}` }) });
    }
  },
});
define(NativeURL.prototype, 'constructor', PatchedURL);

export { PatchedURL as URL, URLSearchParams };
