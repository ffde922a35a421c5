/** One draft of the centre document: what is in force, what was made of it, and the way back. Pure. */
import { at, type Path, put, same, type WholeCentre, written } from "@/state/centre_shape";

export interface CentreDraft {
  /** What is in force, and the version a save counts from. */
  base: WholeCentre;
  version: number;
  now: WholeCentre;
  past: WholeCentre[];
  future: WholeCentre[];
  /** The field that was edited last: more of the same is undone at once. */
  last: string;
}

export type CentreAct =
  | { do: "edit"; path: Path; value: unknown }
  | { do: "replace"; centre: WholeCentre }
  | { do: "pause" }
  | { do: "undo" }
  | { do: "redo" }
  | { do: "discard" }
  | { do: "saved"; centre: WholeCentre; version: number }
  | { do: "rebase"; base: WholeCentre; version: number; now: WholeCentre };

const REMEMBERED = 200;

export function openDraft(centre: WholeCentre, version: number): CentreDraft {
  return { base: centre, version, now: centre, past: [], future: [], last: "" };
}

export const isDirty = (draft: CentreDraft): boolean => !same(draft.now, draft.base);

export function reduced(draft: CentreDraft, act: CentreAct): CentreDraft {
  switch (act.do) {
    case "edit":
      return same(at(draft.now, act.path), act.value) ? draft : stepped(draft, put(draft.now, act.path, act.value), written(act.path));
    case "replace":
      return same(draft.now, act.centre) ? draft : stepped(draft, act.centre, "");
    case "pause":
      return { ...draft, last: "" };
    case "undo":
      return undone(draft);
    case "redo":
      return redone(draft);
    case "discard":
      return stepped(draft, draft.base, "");
    case "saved":
      // What was typed while the save was under way stays a change.
      return { ...draft, base: act.centre, version: act.version, last: "" };
    case "rebase":
      return { ...openDraft(act.base, act.version), now: act.now };
  }
}

function stepped(draft: CentreDraft, now: WholeCentre, field: string): CentreDraft {
  const goesOn = field !== "" && field === draft.last;
  const past = goesOn ? draft.past : [...draft.past, draft.now].slice(-REMEMBERED);
  return { ...draft, now, past, future: [], last: field };
}

function undone(draft: CentreDraft): CentreDraft {
  const before = draft.past.at(-1);
  if (!before) return draft;
  return { ...draft, now: before, past: draft.past.slice(0, -1), future: [draft.now, ...draft.future], last: "" };
}

function redone(draft: CentreDraft): CentreDraft {
  const [next, ...further] = draft.future;
  if (!next) return draft;
  return { ...draft, now: next, past: [...draft.past, draft.now], future: further, last: "" };
}
