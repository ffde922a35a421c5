/** REST of planned shifts. One function an endpoint. */
import { ask, download, query } from "@/connection/rest";
import type { PlannedImport, PlannedList, PlannedRemoved } from "@/wire/types";

const IMPORT_MS = 180_000;

export const shifts = {
  between: (from: string, to: string) => ask<PlannedList>("GET", `/planned-shifts${query({ from, to })}`),
  take: (file: File) => {
    const form = new FormData();
    form.set("file", file, file.name);
    return ask<PlannedImport>("POST", "/planned-shifts/import", form, IMPORT_MS);
  },
  remove: (from: string, to: string, agents: readonly string[]) => ask<PlannedRemoved>("POST", "/planned-shifts/remove", { from, to, agents }),
  file: (from: string, to: string) => download(`/planned-shifts/export${query({ from, to })}`),
  template: () => download("/planned-shifts/template"),
};
