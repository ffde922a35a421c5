/** Rosters on the wall clock: the week as bars, and whether somebody is on duty. Pure; the server decides for real. */
import type { WholeCentre, WholeHoliday, WholeRoster, WholeShift } from "@/state/centre_shape";
import type { Weekday } from "@/wire/types";

export const WEEKDAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MIN = 1440;

/** Minutes from midnight; `to` of a night shift is beyond 1440. */
export interface Stretch {
  from: number;
  to: number;
}

export function minutes(time: string): number {
  const [hours = 0, mins = 0] = time.split(":").map(Number);
  return hours * 60 + mins;
}

export function timeOf(minute: number): string {
  const whole = Math.max(0, Math.min(DAY_MIN, Math.round(minute)));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

function stretch(hours: { from: string; to: string }): Stretch {
  const [from, to] = [minutes(hours.from), minutes(hours.to)];
  return { from, to: to <= from ? to + DAY_MIN : to };
}

/** What is open on each day, Monday first: the day's own shifts and what reaches over from the day before. */
export function week(shifts: WholeShift[]): Stretch[][] {
  return WEEKDAYS.map((day, i) => {
    const eve = WEEKDAYS[(i + 6) % 7] as Weekday;
    const own = shiftsOn(shifts, day).map((one) => ({ from: one.from, to: Math.min(one.to, DAY_MIN) }));
    const over = shiftsOn(shifts, eve).filter((one) => one.to > DAY_MIN).map((one) => ({ from: 0, to: one.to - DAY_MIN }));
    return joined([...over, ...own]);
  });
}

const shiftsOn = (shifts: WholeShift[], day: Weekday): Stretch[] => shifts.filter((one) => one.days.includes(day)).map(stretch);

function joined(stretches: Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const next of stretches.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else result.push({ ...next });
  }
  return result;
}

/** Hours a week. */
export function hoursAWeek(shifts: WholeShift[]): number {
  return week(shifts).flat().reduce((sum, one) => sum + one.to - one.from, 0) / 60;
}

export const isAlways = (shifts: WholeShift[]): boolean => week(shifts).every((day) => day.some((one) => one.from === 0 && one.to >= DAY_MIN));

export const ALWAYS: WholeShift[] = [{ days: [...WEEKDAYS], from: "00:00", to: "24:00" }];

/** Whether the roster is open; `local` is the wall clock in its zone. */
function isOpen(roster: WholeRoster, holidays: WholeHoliday[], local: LocalTime): boolean {
  const today = hoursOn(roster, holidays, local.date, local.weekday);
  const eve = hoursOn(roster, holidays, dayBefore(local.date), (local.weekday + 6) % 7);
  return today.some((one) => holds(one, local.minute)) || eve.some((one) => holds(one, local.minute + DAY_MIN));
}

const holds = (one: Stretch, minute: number): boolean => one.from <= minute && minute < one.to;

function hoursOn(roster: WholeRoster, holidays: WholeHoliday[], date: string, weekday: number): Stretch[] {
  const exception = roster.exceptions.find((day) => covers(day, date));
  if (exception) return exception.hours.map(stretch);
  if (roster.holidays && holidays.some((day) => covers(day, date))) return [];
  return shiftsOn(roster.shifts, WEEKDAYS[weekday] as Weekday);
}

const covers = (day: { date: string; until: string | null }, date: string) => day.date <= date && date <= (day.until ?? day.date);

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MIN * 60_000).toISOString().slice(0, 10);
}

export interface LocalTime {
  /** YYYY-MM-DD. */
  date: string;
  /** 0 is Monday. */
  weekday: number;
  /** Since midnight. */
  minute: number;
}

/** The wall clock of a zone at a moment (seconds since the epoch). */
export function localTime(at: number, zone: string): LocalTime {
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-CA", options).formatToParts(at * 1000).map((part) => [part.type, part.value]));
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  return { date, weekday: (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

export function isOpenAt(centre: WholeCentre, id: string, at: number): boolean {
  const roster = centre.rosters.find((one) => one.id === id);
  return roster ? isOpen(roster, centre.holidays, localTime(at, roster.zone ?? centre.zone)) : false;
}
