import legacy from '../../node_modules/url/url.js';
import punycode from 'punycode/punycode.js';
import { codeError, invalidType } from './errors.js';
import { URL, URLSearchParams } from '../web/url.js';

function fileURLToPath(value) {
  const url = typeof value === 'string' ? new URL(value) : value;
  if (typeof url?.href !== 'string') throw invalidType('path', 'of type string or an instance of URL', value);
  if (url.protocol !== 'file:') throw codeError(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
  if (url.hostname !== '') throw codeError(TypeError, 'ERR_INVALID_FILE_URL_HOST', 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(url.pathname)) throw codeError(TypeError, 'ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
  return decodeURIComponent(url.pathname);
}

function pathToFileURL(path) {
  const absolute = path.startsWith('/') ? path : `${globalThis.process.cwd()}/${path}`;
  const url = new URL('file:///');
  url.pathname = absolute.replaceAll('%', '%25').replaceAll('\\', '%5C').replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('\t', '%09').replaceAll('?', '%3F').replaceAll('#', '%23');
  return url;
}

function urlToHttpOptions(url) {
  const { hostname, port, username, password } = url;
  const options = {
    __proto__: null, protocol: url.protocol, hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    hash: url.hash, search: url.search, pathname: url.pathname, path: `${url.pathname || ''}${url.search || ''}`, href: url.href,
  };
  if (port !== '') options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

function format(value, options) {
  if (!(value instanceof URL)) return legacy.format(value);
  const { auth = true, fragment = true, search = true } = options ?? {};
  const url = new URL(value.href);
  if (!auth) url.username = url.password = '';
  if (!fragment) url.hash = '';
  if (!search) url.search = '';
  return url.href;
}

export default {
  URL, URLSearchParams, Url: legacy.Url, parse: legacy.parse, resolve: legacy.resolve, resolveObject: legacy.resolveObject, format,
  domainToASCII: (domain) => { try { return new URL(`ws://${domain}`).hostname; } catch { return ''; } },
  domainToUnicode: (domain) => { try { return punycode.toUnicode(new URL(`ws://${domain}`).hostname); } catch { return ''; } },
  fileURLToPath, pathToFileURL, urlToHttpOptions,
};
