/** A schedule as it is filled in, and what is wrong with it. Pure. */
import type { ScheduleEdit, ScheduleEntry, ScheduleEvery } from "@/wire/types";

export type ScheduleForm = Required<ScheduleEdit>;

/** Which field, and the word of what is wrong; `about` is the value that is meant. */
export interface Wrong {
  word: "nameNeeded" | "reportNeeded" | "atNeeded" | "mailNeeded" | "mailWrong" | "webhookNeeded" | "noMail";
  about: string;
}
export type ScheduleProblems = Partial<Record<"name" | "report" | "at" | "to" | "way", Wrong>>;

/** As the server takes it: a time of 24 hours; a mail address without blanks, commas and brackets. */
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const MAIL = /^[^\s@<>,;"]{1,64}@[A-Za-z0-9.-]{1,189}$/;

export function emptySchedule(report: string, language: ScheduleForm["language"]): ScheduleForm {
  return { name: "", report, every: "day", at: "07:00", on: 1, format: "xlsx", language, way: "folder", to: [], options: {}, active: true, version: 0 };
}

export function scheduleForm(entry: ScheduleEntry): ScheduleForm {
  const { name, report, every, at, on, format, language, way, active, version } = entry;
  return { name, report, every, at, on, format, language, way, to: [...entry.to], options: { ...entry.options }, active, version };
}

export function scheduleProblems(form: ScheduleForm, mail: boolean): ScheduleProblems {
  const found: ScheduleProblems = {};
  if (!form.name.trim()) found.name = { word: "nameNeeded", about: "" };
  if (!form.report) found.report = { word: "reportNeeded", about: "" };
  if (!TIME.test(form.at)) found.at = { word: "atNeeded", about: "" };
  if (form.way === "mail" && !mail) found.way = { word: "noMail", about: "" };
  const bad = form.way === "mail" ? form.to.find((address) => !MAIL.test(address)) : undefined;
  if (form.way === "mail" && !form.to.length) found.to = { word: "mailNeeded", about: "" };
  if (bad !== undefined) found.to = { word: "mailWrong", about: bad };
  if (form.way === "webhook" && form.to.length !== 1) found.to = { word: "webhookNeeded", about: "" };
  return found;
}

/** What is sent: nothing of a way or a rhythm that is not chosen, and only options that the report takes. */
export function sentSchedule(form: ScheduleForm, taken: readonly string[]): ScheduleForm {
  const options = Object.fromEntries(Object.entries(form.options).filter(([name, value]) => value && (name === "grain" || taken.includes(name))));
  return { ...form, name: form.name.trim(), on: form.every === "day" ? 1 : form.on, to: form.way === "folder" ? [] : form.to, options };
}

/** The last day that may be chosen. */
export const lastDay = (every: ScheduleEvery) => (every === "week" ? 7 : 31);
