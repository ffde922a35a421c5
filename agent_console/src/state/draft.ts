/** A note that is saved as it is typed: when to save, and what may replace what. Pure; times in seconds. */

export interface Draft {
  call: string;
  note: string;
  disposition: string;
  /** What the server has. */
  savedNote: string;
  savedDisposition: string;
  editedAt: number;
  saving: boolean;
  failedAt: number;
}

export const QUIET_S = 0.6;
export const RETRY_S = 3;

export function openDraft(call: string, note: string, disposition: string): Draft {
  return { call, note, disposition, savedNote: note, savedDisposition: disposition, editedAt: 0, saving: false, failedAt: 0 };
}

export function isDirty(draft: Draft): boolean {
  return draft.note !== draft.savedNote || draft.disposition !== draft.savedDisposition;
}

export function edited(draft: Draft, change: Partial<Pick<Draft, "note" | "disposition">>, now: number): Draft {
  return { ...draft, ...change, editedAt: now };
}

/** Seconds until it should be saved; null when there is nothing to save or a save is under way. */
export function saveIn(draft: Draft, now: number): number | null {
  if (!isDirty(draft) || draft.saving) return null;
  const due = Math.max(draft.editedAt + QUIET_S, draft.failedAt ? draft.failedAt + RETRY_S : 0);
  return Math.max(0, due - now);
}

export function saveBegan(draft: Draft): Draft {
  return { ...draft, saving: true };
}

/** What was typed while the save was under way stays dirty. */
export function saved(draft: Draft, note: string, disposition: string): Draft {
  return { ...draft, saving: false, failedAt: 0, savedNote: note, savedDisposition: disposition };
}

export function saveFailed(draft: Draft, now: number): Draft {
  return { ...draft, saving: false, failedAt: now };
}

/** The server's text counts unless somebody is typing here. Our own, told back, changes nothing: it stays "saved". */
export function toldByServer(draft: Draft, note: string, disposition: string): Draft {
  const ours = draft.note === note && draft.disposition === disposition;
  return ours || isDirty(draft) || draft.saving ? draft : openDraft(draft.call, note, disposition);
}
