test("words are joined by hyphens", () => {
  expect(slugify("Hello, World!")).toBe("hello-world");
  expect(slugify("one")).toBe("one");
  expect(slugify("a  b\tc\nd")).toBe("a-b-c-d");
  expect(slugify("--a--b--")).toBe("a-b");
});

test("accents are dropped", () => {
  expect(slugify("  Crème brûlée ")).toBe("creme-brulee");
  expect(slugify("Ångström")).toBe("angstrom");
});

test("apostrophes inside words are dropped", () => {
  expect(slugify("Don't panic")).toBe("dont-panic");
  expect(slugify("rock 'n' roll")).toBe("rock-n-roll");
  expect(slugify("it’s")).toBe("its");
});

test("letters and digits of any alphabet count", () => {
  expect(slugify("Привет 2 мир")).toBe("привет-2-мир");
  expect(slugify("C3PO & R2D2")).toBe("c3po-r2d2");
});

test("without words there is nothing", () => {
  expect(slugify("")).toBe("");
  expect(slugify(" ?! ")).toBe("");
});
