interface Counted<K, V> {
  calls: K[];
  get: (key: K) => V;
}

function counted<K, V>(size: number, compute: (key: K) => V): Counted<K, V> {
  const calls: K[] = [];
  const get = remember<K, V>((key) => {
    calls.push(key);
    return compute(key);
  }, size);
  return { calls, get };
}

test("a known key is not computed again", () => {
  const { calls, get } = counted(2, (n: number) => n * n);
  expect([get(3), get(3), get(4), get(3)]).toEqual([9, 9, 16, 9]);
  expect(calls).toEqual([3, 4]);
});

test("the key that was asked for least recently is forgotten", () => {
  const { calls, get } = counted(2, (text: string) => text.length);
  for (const key of ["a", "b", "a", "c", "a", "b"]) get(key);
  expect(calls).toEqual(["a", "b", "c", "b"]);
});

test("undefined and null are results and keys like others", () => {
  const { calls, get } = counted<unknown, unknown>(3, () => undefined);
  for (const key of [undefined, null, undefined, NaN, NaN, null]) get(key);
  expect(calls).toEqual([undefined, null, NaN]);
});

test("what is thrown is not remembered", () => {
  let broken = true;
  const { calls, get } = counted(1, (n: number): number => {
    if (broken) throw new TypeError("broken");
    return n;
  });
  expect(() => get(1)).toThrow(TypeError);
  broken = false;
  expect([get(1), get(1)]).toEqual([1, 1]);
  expect(calls).toEqual([1, 1]);
});

test("a size of none remembers nothing", () => {
  const { calls, get } = counted(0, (n: number) => n);
  expect([get(1), get(1)]).toEqual([1, 1]);
  expect(calls).toEqual([1, 1]);
});
