/** Message shapes of the prompts' page. */
import type { Language } from "@/wire/types";

export type PromptState = "recorded" | "stale" | "synthetic" | "missing";
export type PromptSource = "flow" | "centre" | "built_in" | "piece";

export interface PromptVersion {
  id: string;
  /** What it speaks. */
  text: string;
  how: "recorded" | "uploaded" | "studio" | "telephone";
  original_name: string;
  duration_s: number;
  level_db: number;
  quiet: boolean;
  made_by: string;
  made_at: number;
  in_force: boolean;
}

export interface SpokenText {
  language: Language;
  text: string;
  state: PromptState;
  longest_s: number;
  recording: PromptVersion | null;
}

export interface PromptEntry {
  id: string;
  source: PromptSource;
  places: { where: string; at: string }[];
  texts: SpokenText[];
}

export interface UnusedRecording {
  id: string;
  language: Language;
  version: PromptVersion;
}

export interface PromptList {
  prompts: PromptEntry[];
  unused: UnusedRecording[];
  formats: string;
  largest_bytes: number;
  longest_s: number;
}

interface StudioMatch {
  file: string;
  id: string;
  language: Language;
  text: string;
  duration_s: number;
  longest_s: number;
  quiet: boolean;
  replaces: boolean;
}

type RejectReason = "unknown" | "changed" | "twice" | "empty" | "too_large" | "not_audio" | "damaged" | "silent" | "too_long";

export interface StudioCheck {
  upload: string;
  matches: StudioMatch[];
  rejects: { file: string; why: RejectReason; detail: string }[];
  still_open: number;
}

export interface MusicClass {
  id: string;
  files: { name: string; bytes: number }[];
  queues: string[];
  built_in: boolean;
}
