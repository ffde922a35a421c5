/** With which earlier period a report can be compared. Pure; days are text like 2026-11-27, both included. */

/** Empty: with none. Own: from a day that is chosen, as many days. */
export const COMPARED = ["", "before", "week", "month", "year", "own"] as const;
export type Compared = (typeof COMPARED)[number];

/** The same days of a week, a month or a year earlier are offered when they are over before the period begins. */
export function comparable(from: string, to: string): Compared[] {
  const over = { week: daysBack(to, 7), month: monthsBack(to, 1), year: monthsBack(to, 12) };
  return COMPARED.filter((one) => !(one in over) || over[one as keyof typeof over] < from);
}

const at = (day: string) => new Date(`${day}T00:00:00Z`);
const text = (date: Date) => date.toISOString().slice(0, 10);

function daysBack(day: string, days: number): string {
  return text(new Date(at(day).getTime() - days * 86_400_000));
}

/** A day that the month has not is its last one. */
function monthsBack(day: string, months: number): string {
  const date = at(day);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months + 1, 0));
  last.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()));
  return text(last);
}
