/** A report of nested values as flat lines: `journal.stored_seq` and its value. Pure. */
export interface Fact {
  name: string;
  value: string;
}

export function flatFacts(report: Record<string, unknown>, prefix = ""): Fact[] {
  return Object.entries(report).flatMap(([key, value]) => {
    const name = prefix + key;
    if (value && typeof value === "object" && !Array.isArray(value)) return flatFacts(value as Record<string, unknown>, `${name}.`);
    return [{ name, value: shown(value) }];
  });
}

function shown(value: unknown): string {
  if (value === null || value === "") return "–";
  if (typeof value === "number" && !Number.isInteger(value)) return value.toFixed(3);
  return typeof value === "string" ? value : JSON.stringify(value);
}
