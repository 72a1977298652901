// Sorts an array with a comparison that makes it shorter.
// expect: anything
const list = Array.from({ length: 10000 }, (_, index) => index);
list.sort((a, b) => {
  list.length = 0;
  list.push(...'abc');
  return Math.random() < 0.5 ? -1 : 1;
});
console.log(list.length >= 0);
