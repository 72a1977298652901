describe("mergeSettings", () => {
  test.each([
    [{}, {}, {}],
    [{ a: 1 }, { a: 2 }, { a: 2 }],
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    [{ a: 1, b: { c: 2, d: 3 } }, { b: { c: null, e: [4] } }, { a: 1, b: { d: 3, e: [4] } }],
    [{ a: { b: { c: { d: 1 } } } }, { a: { b: { c: { e: 2 } } } }, { a: { b: { c: { d: 1, e: 2 } } } }],
    [{ a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
    [{ a: { b: 2 } }, { a: 1 }, { a: 1 }],
    [{}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [{ a: false, b: 0 }, { a: 0, b: "" }, { a: 0, b: "" }],
  ])("%j with %j gives %j", (settings, changes, expected) => {
    expect(mergeSettings(settings, changes)).toStrictEqual(expected);
  });

  test("neither argument is changed or shared", () => {
    const settings = { a: { b: [1] }, c: { d: 1 } };
    const changes = { c: { e: [2] } };
    const merged = mergeSettings(settings, changes);
    merged.a.b.push(9);
    merged.c.e.push(9);
    merged.c.d = 9;
    expect(settings).toStrictEqual({ a: { b: [1] }, c: { d: 1 } });
    expect(changes).toStrictEqual({ c: { e: [2] } });
  });
});
