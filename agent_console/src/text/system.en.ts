/** English: the state of the system. */
import type { Widened } from "@/text/en";

export const systemEn = {
  title: "System",
  parts: {
    page: "Server",
    engine: "Engine",
    telephone: "Telephone",
    database: "Database",
    journal: "Journal",
  },
  fine: "OK",
  down: "Down",
  unknown: "Unknown",
  unreadable: "The state of the system cannot be read.",
  pages: (count: number) => (count === 1 ? "1 page open" : `${count} pages open`),
  phones: (count: number) => (count === 1 ? "1 browser phone" : `${count} browser phones`),
  startedAt: (time: string) => `up since ${time}`,
  entries: (count: number) => `entry ${count.toLocaleString("en")}`,
  engineTells: "What the engine tells",
  engineSilent: "The engine does not answer.",
};

export type SystemTexts = Widened<typeof systemEn>;
