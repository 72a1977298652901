// What is inside proxies and promises, for `util.inspect`; the host is what C gives, or nothing in tests under node.
const host = globalThis.__host;

/** The proxy's innermost target, or its target and handler if `shown`; null after it was revoked; undefined of others. */
export function proxyDetails(value, shown = true) {
  const parts = host?.proxyParts?.(value);
  if (parts === undefined || shown) return parts;
  for (let inner = parts; inner !== undefined; inner = host.proxyParts(value)) value = inner[0];
  return value;
}

/** [state, value] of a promise, the state being `pending`, `rejected` or nothing. */
export function promiseDetails(promise, pending, rejected) {
  const details = host?.promiseState?.(promise);
  if (details === undefined) return [pending, undefined];
  const [state, value] = details;
  return [state === 0 ? pending : state === 2 ? rejected : undefined, value];
}
