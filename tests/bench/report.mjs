/** The median; of an even count, the upper one of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints a line of the report: requirement, measurement, value. */
export function print(id, what, value) {
  console.log(`${id.padEnd(4)}${what.padEnd(52)}${value}`);
}
