// Merge sort of pseudo-random integers: arrays and their elements.
function sorted(list) {
  if (list.length < 2) return list;
  const middle = list.length >> 1;
  const left = sorted(list.slice(0, middle)), right = sorted(list.slice(middle));
  const merged = [];
  let i = 0, j = 0;
  while (i < left.length && j < right.length) merged.push(left[i] <= right[j] ? left[i++] : right[j++]);
  while (i < left.length) merged.push(left[i++]);
  while (j < right.length) merged.push(right[j++]);
  return merged;
}

let state = 42;
const numbers = [];
for (let i = 0; i < 300000; i++) {
  state = (state * 1103515245 + 12345) % 2147483648;
  numbers.push(state);
}
let sum = 0;
for (let round = 0; round < 1; round++) {
  const list = sorted(numbers);
  for (let i = 1; i < list.length; i++) sum += list[i] >= list[i - 1] ? 1 : 0;
}
console.log(sum);
