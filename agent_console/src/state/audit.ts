/** Audit entries as sentences: who did what to whom, with what the entry tells beside it. Pure. */
import { csv } from "@/state/csv";
import type { AuditEntry } from "@/wire/types";

type Said = Record<string, string>;
type Act = (by: string, on: string, of: Said) => string;

export interface AuditWords {
  acts: Record<string, Act>;
  otherAct: (by: string, action: string, on: string) => string;
  states: Record<string, string>;
  system: string;
}

/** What people are called whom an entry names by id. */
export interface AuditNames {
  agent(id: string): string;
  queue(id: string): string;
}

/** Which acts belong together in the filter. */
export const KINDS_OF_ACTS: Record<string, string[]> = {
  session: ["sign_in", "sign_in_failed", "sign_out"],
  hearing: ["listen", "listen_message", "handle_message"],
  supervising: ["listen_in", "whisper", "barge_in", "stop_listening", "take_over"],
  forcing: ["force_agent", "cut_call", "move_waiter"],
  notices: ["send_notice"],
  recordings: ["recording_pause", "recording_resume", "recording_start", "recording_download", "recording_hold", "recording_release", "recording_rotate", "recording_adopt", "score_call", "delete_score", "answer_score", "save_score_card"],
  rooms: ["room_invite", "room_mute", "room_kick", "room_lock"],
  customers: ["add_customer", "change_customer", "erase_customer", "merge_customers"],
  files: ["import_customers", "export_customers", "import_planned_shifts", "export_planned_shifts", "remove_planned_shifts"],
  users: ["add_user", "change_user", "change_password", "sign_out_user"],
  roles: ["change_role", "remove_role"],
  trunks: ["change_trunk", "remove_trunk", "test_trunk"],
  prompts: ["record_prompt", "use_prompt", "confirm_prompt", "delete_prompt", "export_prompts", "take_studio", "add_music", "remove_music"],
  webhooks: ["add_webhook", "change_webhook", "change_webhook_secret", "remove_webhook", "disable_webhook", "replay_delivery"],
  reports: ["export_report", "add_schedule", "change_schedule", "remove_schedule", "run_schedule", "retry_run"],
  centre: ["change_centre"],
  flows: ["draft_flow", "drop_flow_draft", "publish_flow", "roll_back_flow", "retire_flow", "restore_flow"],
  callbacks: ["cancel_callback"],
};

const AGENT_TARGETS = new Set(["listen_in", "stop_listening", "whisper", "barge_in", "force_agent", "send_notice", "take_over"]);

export function sentence(entry: AuditEntry, words: AuditWords, names: AuditNames): string {
  const by = entry.by || words.system;
  const on = AGENT_TARGETS.has(entry.action) ? withName(entry.target, names.agent(entry.target)) : entry.target;
  const act = words.acts[entry.action];
  return act ? act(by, on, said(entry.details, words, names)) : words.otherAct(by, entry.action, on);
}

const withName = (id: string, name: string) => (name ? `${id} ${name}` : id);

/** Every fact is there as a text: one that is missing is empty. */
function said(details: Record<string, unknown>, words: AuditWords, names: AuditNames): Said {
  const plain = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, fact(value)])) as Said;
  const id = plain.id ? names.queue(plain.id) || withName(plain.id, names.agent(plain.id)) : "";
  const to = words.states[plain.to ?? ""] ?? plain.to ?? "";
  return new Proxy({ ...plain, id, to }, { get: (known, key) => (known as Said)[String(key)] ?? "" });
}

function fact(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(fact).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The entries as a file: sentences in the reader's language, and the facts beside them. */
export function auditFile(entries: readonly AuditEntry[], heads: readonly string[], tell: (entry: AuditEntry) => string): string {
  const rows = entries.map((entry) => [
    new Date(entry.at * 1000).toISOString(), entry.by, tell(entry), entry.action, entry.target, entry.address, JSON.stringify(entry.details),
  ]);
  return csv([heads, ...rows]);
}
