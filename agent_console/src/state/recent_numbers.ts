/** Numbers dialled lately, newest first, each once. Pure. */
const KEPT = 8;

export function withNumber(numbers: readonly string[], number: string): string[] {
  return [number, ...numbers.filter((one) => one !== number)].slice(0, KEPT);
}

/** From what the browser kept; anything unreadable is nothing. */
export function numbersIn(kept: string): string[] {
  return kept.split(",").filter((one) => /^\+?[0-9*#]{2,20}$/.test(one)).slice(0, KEPT);
}
