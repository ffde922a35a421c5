/** A week of planned shifts, agent by agent and day by day. Pure: days are texts like 2026-11-30, `zone` is the centre's. */
import type { PlannedActivity, PlannedAgent, PlannedList, PlannedShift } from "@/wire/types";

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;

/** A stretch of a day: shares of 24 hours on the clock, and what is told of it. A night is cut at midnight. */
export interface Bar {
  activity: PlannedActivity;
  left: number;
  width: number;
  from: string;
  to: string;
  paid: boolean;
}
export interface PlannedDay {
  day: string;
  bars: Bar[];
  /** From the first beginning to the last end; empty without shifts. */
  span: string;
}
export interface PlannedRow {
  agent: PlannedAgent;
  days: PlannedDay[];
  planned_s: number;
  paid_s: number;
}

const utc = (day: string) => new Date(`${day}T00:00:00Z`);
export const later = (day: string, days: number): string => new Date(utc(day).getTime() + days * DAY_MS).toISOString().slice(0, 10);
export const mondayOf = (day: string): string => later(day, -((utc(day).getUTCDay() + 6) % 7));
export const weekOf = (monday: string): string[] => [0, 1, 2, 3, 4, 5, 6].map((number) => later(monday, number));

/** As the wall clock of the zone shows it: 08:30. */
function clockIn(at: number, zone: string): string {
  return new Date(at * 1000).toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
/** Hours and minutes: 37:30. */
export function hoursTold(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export function barOf(shift: PlannedShift, zone: string): Bar {
  const [from, end] = [clockIn(shift.begin_at, zone), clockIn(shift.end_at, zone)];
  const begins = minutesOf(from);
  const ends = minutesOf(end) > begins ? minutesOf(end) : DAY_MINUTES;
  return { activity: shift.activity, left: begins / DAY_MINUTES, width: (ends - begins) / DAY_MINUTES, from, to: end === "00:00" ? "24:00" : end, paid: shift.paid };
}

function dayOf(day: string, own: readonly PlannedShift[], zone: string): PlannedDay {
  const bars = own.filter((one) => one.day === day).map((one) => barOf(one, zone));
  const [first, last] = [bars[0], bars.at(-1)];
  return { day, bars, span: first && last ? `${first.from}–${last.to}` : "" };
}

const lasts = (shifts: readonly PlannedShift[]) => shifts.reduce((sum, one) => sum + one.end_at - one.begin_at, 0);

/** `planned`: only agents who have any shift in the week; `text` narrows by id and name. */
export function rowsOf(list: PlannedList, days: readonly string[], planned: boolean, text: string): PlannedRow[] {
  const wanted = text.trim().toLowerCase();
  const of = new Map<string, PlannedShift[]>();
  for (const shift of list.shifts) of.set(shift.agent, [...(of.get(shift.agent) ?? []), shift]);
  return list.agents
    .filter((agent) => (!planned || of.has(agent.id)) && `${agent.id} ${agent.name}`.toLowerCase().includes(wanted))
    .map((agent) => {
      const own = of.get(agent.id) ?? [];
      return { agent, days: days.map((day) => dayOf(day, own, list.zone)), planned_s: lasts(own), paid_s: lasts(own.filter((one) => one.paid)) };
    });
}
