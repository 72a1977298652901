import { comparesToNode } from './support/compare.js';

comparesToNode('structuredClone copies as node does', [
  'structuredClone(1)', 'structuredClone("x")', 'structuredClone(10n)', 'structuredClone(undefined)', 'structuredClone()',
  'structuredClone([1, , 3])', 'structuredClone({ a: { b: [new Date(5)] }, c: /x/gi })', 'structuredClone(new Map([[{ k: 1 }, new Set([1, [2]])]]))',
  'structuredClone(new Uint16Array([1, 2, 3]).subarray(1))', 'structuredClone(new DataView(new ArrayBuffer(4), 1, 2)).byteLength',
  'structuredClone(new ArrayBuffer(3)).byteLength', 'structuredClone(Object(1))', 'structuredClone(Object("s"))', 'structuredClone(Object(true))', 'structuredClone(Object(1n))',
  'structuredClone(new RangeError("m", { cause: { a: 1 } })).cause', 'structuredClone(new RangeError("m"))', 'structuredClone(new (class E extends TypeError { name = "E" })("m")) instanceof TypeError',
  'structuredClone(() => 1)', 'structuredClone({ f() {} })', 'structuredClone(Symbol("s"))', 'structuredClone(new WeakMap())', 'structuredClone({ p: Promise.resolve() })',
  'structuredClone(new (class A { x = 1; get y() { return 2; } })())', 'structuredClone({ get a() { return 3; } })',
  '(() => { const a = {}; a.self = a; const b = structuredClone(a); return b.self === b && b !== a; })()',
  '(() => { const s = {}; const b = structuredClone([s, s]); return b[0] === b[1]; })()',
  '(() => { const b = new ArrayBuffer(8); const c = structuredClone(b, { transfer: [b] }); return c.byteLength; })()',
  'Object.getPrototypeOf(structuredClone(Object.create(null))) === Object.prototype',
  'structuredClone(Object.assign([1, 2], { extra: 1 }))', 'Object.keys(structuredClone({ [Symbol("x")]: 1, __proto__: { inherited: 1 }, own: 2 }))',
  '(() => { try { structuredClone(() => 1); } catch (e) { return [e.name, e.code, e instanceof DOMException, e instanceof Error]; } })()',
]);

comparesToNode('text encoding is node\'s', [
  ...['', 'a', 'é', '€', '😀', '\ud800x', 'x\udc00', 'a\u0000b'].map((text) => `[...new TextEncoder().encode(${JSON.stringify(text)})]`),
  'new TextEncoder().encodeInto("a😀é", new Uint8Array(5))', 'new TextEncoder().encodeInto("aé", new Uint8Array(2))', 'new TextEncoder().encoding',
  ...['[0x61]', '[0xc3, 0xa9]', '[0xe2, 0x82]', '[0xe2, 0x82, 0x41]', '[0xf0, 0x9f, 0x98, 0x80]', '[0xc0, 0x80]', '[0xed, 0xa0, 0x80]', '[0xf8, 0x88]', '[0xf0, 0x80, 0x80, 0x41]', '[0xef, 0xbb, 0xbf, 0x61]', '[0xff, 0xfe]', '[0xf4, 0x90, 0x80, 0x80]', '[0x80]', '[0xe0, 0x9f, 0xbf]']
    .flatMap((bytes) => [`new TextDecoder().decode(new Uint8Array(${bytes}))`, `(() => { try { return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(${bytes})); } catch (e) { return [e.name, e.code]; } })()`]),
  'new TextDecoder("utf-16le").decode(new Uint8Array([0x61, 0, 0x3d, 0xd8, 0, 0xde, 0x62]))', 'new TextDecoder("latin1").decode(new Uint8Array([0xe9, 0x41]))', 'new TextDecoder("latin1").encoding', 'new TextDecoder("UTF8").encoding',
  'new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).length', 'new TextDecoder("nope")',
  '(() => { const d = new TextDecoder(); return [d.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }), d.decode(new Uint8Array([0x98, 0x80]), { stream: true }), d.decode()]; })()',
  'new TextDecoder().decode(new ArrayBuffer(2)).length', 'new TextDecoder().decode()',
  'new TextDecoder().decode(new TextEncoder().encode("x".repeat(20000))).length',
]);

comparesToNode('base64 is node\'s', [
  ...['', 'a', 'ab', 'abc', 'hello world', '\u00ff'].map((text) => `btoa(${JSON.stringify(text)})`), 'btoa(123)', 'btoa("€")',
  ...['', 'YQ==', 'YWI=', 'YWJj', ' Y W J j ', 'YQ', 'Y', 'Y===', '!!!!', 'YWJj====', '/+8='].map((text) => `atob(${JSON.stringify(text)})`),
  '(() => { try { atob("*"); } catch (e) { return [e.name, e.code]; } })()',
]);

comparesToNode('URLs are node\'s', [
  ...['http://a.b/c?d=e#f', 'HTTPS://User:pa%20ss@EXAMPLE.com:8080/a/../b/./c?x=1&y=2#z', 'http://example.com:80/', 'https://example.com:443', 'file:///a/b', 'mailto:x@y.z', 'data:text/plain,hi', 'http://[::1]:3000/x', 'http://192.168.0.1/', 'http://0x7f.1/', 'http://münchen.de/ä?ö#ü', 'javascript:alert(1)', 'http://a b/', 'nope', '', 'http://', 'http://ex.com/a b?c d', 'blob:http://x.y/z', 'http://日本語.jp', 'http://xn--mnchen-3ya.de/', 'http://a.com/%zz', 'ws://x:99999/', 'http://ex.com\\a\\b']
    .map((url) => `(() => { const u = new URL(${JSON.stringify(url)}); return [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, [...u.searchParams]]; })()`),
  'new URL("../x?y", "http://a.b/c/d/e").href', 'new URL("//h/p", "https://a.b").href', 'new URL("?q", "http://a.b/c").href', 'new URL("#h", "http://a.b/c?d").href', 'new URL("x", "nope")', 'new URL()', 'URL.canParse("http://a")', 'URL.canParse("a")',
  '(() => { try { new URL("nope"); } catch (e) { return [e.name, e.code, e.message, e.input]; } })()',
  '(() => { const u = new URL("http://a.b/"); u.pathname = "x y"; u.search = "a=1"; u.hash = "h"; u.host = "c.d:81"; u.protocol = "https"; u.username = "me"; u.searchParams.append("b", "2 3"); return u.href; })()',
  'JSON.stringify({ u: new URL("http://a.b/c") })', 'String(new URL("http://a.b"))', 'require("util").inspect(new URL("http://a.b/c?d=1")).includes("href: \'http://a.b/c?d=1\'")', 'new URL("http://a.b") instanceof URL', 'new URL("http://a").constructor === URL',
  'String(new URLSearchParams({ a: 1, b: "x y&z" }))', 'String(new URLSearchParams("?a=1&a=2&b"))', '[...new URLSearchParams([["a", "1"], ["b", "2"]])]', 'new URLSearchParams("a=1&a=2").getAll("a")', 'new URLSearchParams("a=1").get("b")',
  '(() => { const p = new URLSearchParams("c=3&a=1&b=2"); p.sort(); p.delete("b"); p.set("d", "é"); return [String(p), p.has("a"), p.size]; })()',
  'Object.fromEntries(new URLSearchParams("a=1&b=2"))', 'require("util").inspect(new URLSearchParams("a=1&b=x"))',
]);

comparesToNode('events and signals are node\'s', [
  '(() => { const t = new EventTarget(); const seen = []; t.addEventListener("x", (e) => seen.push([e.type, e.target === t, e.defaultPrevented])); t.addEventListener("x", { handleEvent(e) { seen.push("object"); } }); t.addEventListener("x", () => seen.push("once"), { once: true }); t.dispatchEvent(new Event("x")); t.dispatchEvent(new Event("x")); return seen; })()',
  '(() => { const t = new EventTarget(); t.addEventListener("x", (e) => e.preventDefault()); return [t.dispatchEvent(new Event("x", { cancelable: true })), t.dispatchEvent(new Event("x"))]; })()',
  '(() => { const t = new EventTarget(); const f = () => { n++; }; let n = 0; t.addEventListener("x", f); t.addEventListener("x", f); t.dispatchEvent(new Event("x")); t.removeEventListener("x", f); t.dispatchEvent(new Event("x")); return n; })()',
  '(() => { const t = new EventTarget(); const seen = []; t.addEventListener("x", (e) => { seen.push(1); e.stopImmediatePropagation(); }); t.addEventListener("x", () => seen.push(2)); t.dispatchEvent(new Event("x")); return seen; })()',
  'new EventTarget().dispatchEvent({})', 'new Event()', 'new CustomEvent("x", { detail: { a: 1 } }).detail', 'Object.prototype.toString.call(new Event("x"))',
  '(() => { const c = new AbortController(); const seen = []; c.signal.addEventListener("abort", () => seen.push("listener")); c.signal.onabort = () => seen.push("handler"); c.abort(); c.abort(); return [seen, c.signal.aborted, c.signal.reason.name, c.signal.reason.code, c.signal.reason.message]; })()',
  '(() => { const c = new AbortController(); c.abort("why"); try { c.signal.throwIfAborted(); } catch (e) { return e; } })()',
  'AbortSignal.abort().aborted', 'new AbortSignal()', '(() => { const c = new AbortController(); const any = AbortSignal.any([c.signal, new AbortController().signal]); c.abort(7); return [any.aborted, any.reason]; })()',
  'new Promise((r) => { const s = AbortSignal.timeout(5); s.addEventListener("abort", () => r([s.reason.name, s.reason.message])); setTimeout(() => {}, 50); })',
  'new Promise((r) => { const { port1, port2 } = new MessageChannel(); port2.onmessage = (e) => { r(e.data); port1.close(); }; port1.postMessage({ a: [1] }); })',
  '[new DOMException("m", "AbortError").code, new DOMException("m").name, new DOMException("m", "X") instanceof Error]',
]);

comparesToNode('globals are defined as in node', [
  '["structuredClone", "TextEncoder", "TextDecoder", "Event", "EventTarget", "AbortController", "AbortSignal", "MessageChannel", "DOMException", "URL", "URLSearchParams", "Buffer", "Blob"].map((n) => { const d = Object.getOwnPropertyDescriptor(globalThis, n); return [n, d.writable !== false, d.enumerable && n !== "structuredClone", d.configurable]; })',
  'new Blob(["ab", new Uint8Array([99])]).text()', 'new Blob(["abc"], { type: "T/X" }).slice(1, 2).size',
  '/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())', 'crypto.getRandomValues(new Uint8Array(4)).length', '(() => { try { crypto.getRandomValues(new Float32Array(1)); } catch (e) { return e.name; } })()',
  'crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc")).then((b) => [...new Uint8Array(b)].slice(0, 4))',
  'typeof performance.now()', 'performance.timeOrigin > 0',
]);
