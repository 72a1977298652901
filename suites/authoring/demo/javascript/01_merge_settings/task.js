// difficulty: medium
/**
 * Settings with changes applied to them, as a new object; neither argument is changed, nor anything in them.
 *
 * Objects are merged key by key, to any depth. A change that is null removes its key. Anything else, arrays too, takes the
 * place of what was there.
 *
 * mergeSettings({ a: 1, b: { c: 2, d: 3 } }, { b: { c: null, e: [4] } }) gives { a: 1, b: { d: 3, e: [4] } }
 */
function mergeSettings(settings, changes) {
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const merged = isObject(settings) ? structuredClone(settings) : {};
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) {
      delete merged[key];
    } else {
      merged[key] = isObject(value) ? mergeSettings(merged[key], value) : structuredClone(value);
    }
  }
  return merged;
}
