/** What the server tells of finished recordings; as `callcenter/web/recordings_api.py` has it. */
import type { RecordingPolicy } from "@/wire/types";

interface RecordingGap {
  call: string;
  kind: "missing" | "late" | "missing_file" | "altered";
  at: number;
  agent: string;
  queue: string;
}

export interface Orphan {
  file: string;
  whose: "call" | "unknown_call" | "second_copy" | "deleted" | "no_name" | "unreadable";
  call: string;
  bytes: number;
  duration_s: number;
}

interface DiskRoom {
  level: "enough" | "low" | "full";
  free: number;
  total: number;
  warn_free: number;
  stop_free: number;
  days_left: number | null;
}

export interface RecordingsOverview {
  expected: number;
  late: number;
  stored: number;
  missing: number;
  held: number;
  deleted: number;
  missing_files: number;
  altered: number;
  encrypted: number;
  in_bucket: number;
  waiting: number;
  bytes: number;
  seconds: number;
  grown_bytes: number;
  gaps: RecordingGap[];
  failing: Record<string, string>;
  disk: DiskRoom | null;
  policy: RecordingPolicy;
}
