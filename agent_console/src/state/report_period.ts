/** Days of reports, as text like 2026-11-27. Pure: by the calendar, `today` is an argument. */

export type Preset = "today" | "yesterday" | "this_week" | "last_week" | "this_month" | "last_month" | "this_year";
export const PRESETS: Preset[] = ["today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_year"];
export type Days = [string, string];
/** How many days each has at most. */
const LONGEST: Record<Preset, number> = { today: 1, yesterday: 1, this_week: 7, last_week: 7, this_month: 31, last_month: 31, this_year: 366 };

const DAY_MS = 86_400_000;

/** Those that a report takes whose periods have so many days at most; 0: any. */
export const presetsWithin = (days: number): Preset[] => PRESETS.filter((one) => !days || LONGEST[one] <= days);

const utc = (day: string) => new Date(`${day}T00:00:00Z`);
const text = (date: Date) => date.toISOString().slice(0, 10);
const later = (day: string, days: number) => text(new Date(utc(day).getTime() + days * DAY_MS));
const monthBegins = (day: string, months = 0) => {
  const date = utc(day);
  return text(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)));
};
const weekBegins = (day: string) => later(day, -((utc(day).getUTCDay() + 6) % 7));

/** Where as many days begin that end the day before these. */
export function daysEarlier([from, to]: Days): string {
  const days = Math.round((utc(to).getTime() - utc(from).getTime()) / DAY_MS) + 1;
  return later(from, -days);
}

/** Today's date where the centre is. */
export function todayIn(zone: string, now_s: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(now_s * 1000));
}

/** A period as the server is asked for it: days, the last included, or where it is not of whole days minutes, of which the last is not. */
export function periodAsked({ from_at, to_at }: { from_at: number; to_at: number }, zone: string): Days {
  const wall = (at: number) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(at * 1000)).replace(" ", "T");
  const [begins, ends] = [wall(from_at), wall(to_at)];
  return [begins.replace(/T00:00$/, ""), ends.endsWith("T00:00") ? wall(to_at - 60).slice(0, 10) : ends];
}

/** The first and the last day; what goes on ends today. */
export function daysOf(preset: Preset, today: string): Days {
  switch (preset) {
    case "today":
      return [today, today];
    case "yesterday":
      return [later(today, -1), later(today, -1)];
    case "this_week":
      return [weekBegins(today), today];
    case "last_week":
      return [later(weekBegins(today), -7), later(weekBegins(today), -1)];
    case "this_month":
      return [monthBegins(today), today];
    case "last_month":
      return [monthBegins(today, -1), later(monthBegins(today), -1)];
    case "this_year":
      return [`${today.slice(0, 4)}-01-01`, today];
  }
}
