// difficulty: medium
/**
 * A function that gives what `compute` gives and remembers its last results: for up to `size` keys `compute` is not called again.
 *
 * When there are more, the key that was asked for least recently is forgotten. What `compute` throws is not remembered.
 */
function remember<K, V>(compute: (key: K) => V, size: number): (key: K) => V {
  const known = new Map<K, V>();
  return (key: K): V => {
    const value = known.has(key) ? (known.get(key) as V) : compute(key);
    known.delete(key);
    known.set(key, value);
    if (known.size > size) known.delete(known.keys().next().value as K);
    return value;
  };
}
