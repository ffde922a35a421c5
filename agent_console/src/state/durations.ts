/** Durations, moments and shares as text. Pure; `locale` is a language tag. */

/** m:ss, or h:mm:ss from an hour on; never negative. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

export function percent(share: number | null, digits = 0): string {
  return share === null ? "–" : `${(share * 100).toFixed(digits)}%`;
}

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** The time of day, with the date when it is not today's. */
export function moment(at: number, now: number, locale: string): string {
  const when = new Date(at * 1000);
  const today = new Date(now * 1000);
  const time = when.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (sameDay(when, today)) return time;
  const year = when.getFullYear() === today.getFullYear() ? undefined : ("numeric" as const);
  return `${when.toLocaleDateString(locale, { year, month: "short", day: "numeric" })} ${time}`;
}

/** With seconds: for timelines. */
export function exactly(at: number, locale: string): string {
  return new Date(at * 1000).toLocaleTimeString(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}
