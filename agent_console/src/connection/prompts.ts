/** REST of the prompts' page: one function an endpoint. */
import { ask, download, query } from "@/connection/rest";
import type { MusicClass, PromptList, PromptVersion, StudioCheck } from "@/wire/prompts";
import type { Done, Language } from "@/wire/types";

const id = encodeURIComponent;
/** A file is sent and converted within this; a studio's thousand of them within the other. */
const RECORDING_MS = 120_000;
const STUDIO_MS = 900_000;

export const prompts = {
  all: () => ask<PromptList>("GET", "/prompts"),
  versions: (prompt: string, language: Language) =>
    ask<{ versions: PromptVersion[] }>("GET", `/prompts/${id(prompt)}/versions${query({ language })}`),
  soundUrl: (prompt: string, language: Language, version = "") => `/api/v1/prompts/${id(prompt)}/sound${query({ language, version })}`,
  send: (prompt: string, language: Language, how: "recorded" | "uploaded", file: Blob, name: string) => {
    const form = new FormData();
    form.set("language", language);
    form.set("how", how);
    form.set("file", file, name);
    return ask<PromptVersion>("POST", `/prompts/${id(prompt)}/recording`, form, RECORDING_MS);
  },
  use: (prompt: string, language: Language, version: string | null) => ask<Done>("POST", `/prompts/${id(prompt)}/use`, { language, version }),
  confirm: (prompt: string, language: Language) => ask<Done>("POST", `/prompts/${id(prompt)}/confirm`, { language }),
  drop: (version: string) => ask<Done>("DELETE", `/prompts/versions/${id(version)}`),
  studioList: (format: "xlsx" | "csv", which: "open" | "all", pieces: boolean) =>
    download(`/prompts/studio${query({ format, which, pieces: String(pieces) })}`),
  lookAtStudio: (file: File) => {
    const form = new FormData();
    form.set("file", file, file.name);
    return ask<StudioCheck>("POST", "/prompts/studio", form, STUDIO_MS);
  },
  music: () => ask<{ classes: MusicClass[] }>("GET", "/music"),
  musicUrl: (of: string, name: string) => `/api/v1/music/${id(of)}/${id(name)}`,
  addMusic: (of: string, file: File) => {
    const form = new FormData();
    form.set("file", file, file.name);
    return ask<{ name: string }>("POST", `/music/${id(of)}`, form, RECORDING_MS);
  },
  dropMusic: (of: string, name: string) => ask<Done>("DELETE", `/music/${id(of)}/${id(name)}`),
  takeStudio: (upload: string) => ask<{ applied: number }>("POST", `/prompts/studio/${id(upload)}/apply`, {}, STUDIO_MS),
};
