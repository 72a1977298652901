// difficulty: easy
/**
 * The part of an address that stands for a title: its words in lower case, joined by hyphens.
 *
 * A word is a run of letters and digits, of any alphabet. Accents are dropped. Apostrophes inside a word are dropped too.
 *
 * slugify("Hello, World!") === "hello-world"
 * slugify("  Crème brûlée ") === "creme-brulee"
 * slugify("Don't panic") === "dont-panic"
 */
function slugify(title) {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").replace(/(?<=[\p{L}\p{N}])['’](?=[\p{L}\p{N}])/gu, "");
  const words = plain.toLowerCase().match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).join("-");
}
