/** REST of the reports: one function an endpoint. */
import { ask, download, query, recording } from "@/connection/rest";
import type { CountedCalls, CountedTime, ReportAnswer, ReportDefinitions } from "@/wire/types";

/** A report's statements may take as long as the server lets them. */
const REPORT_MS = 60_000;

/** As in the query of `GET /reports/{name}`. */
export type ReportQuestion = Record<string, string | number | boolean | undefined>;

export const reports = {
  all: () => ask<ReportDefinitions>("GET", "/reports"),
  one: (name: string, asked: ReportQuestion) => ask<ReportAnswer>("GET", `/reports/${name}${query(asked)}`, undefined, REPORT_MS),
  calls: (name: string, asked: ReportQuestion) => ask<CountedCalls>("GET", `/reports/${name}/calls${query(asked)}`, undefined, REPORT_MS),
  /** Of the report on agents. */
  time: (asked: ReportQuestion) => ask<CountedTime>("GET", `/reports/agents/time${query(asked)}`, undefined, REPORT_MS),
  file: (name: string, asked: ReportQuestion) => download(`/reports/${name}/export${query(asked)}`),
};

/** What was said in a call's message, as sound. */
export const messageSound = (call: string) => recording(`/api/v1/messages/${encodeURIComponent(call)}/audio`);
