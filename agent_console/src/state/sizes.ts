/** Bytes for people: 1.2 GB. Pure. */
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

export function size(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit && value < 100 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
