/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** One line of the report: requirement, what, how much. */
export function print(id, what, value) {
  console.log(`${id.padEnd(4)}${what.padEnd(52)}${value}`);
}
