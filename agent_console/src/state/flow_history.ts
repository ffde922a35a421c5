/** The text being written, with what it was before. Pure. */

export interface Writing {
  now: string;
  past: string[];
  future: string[];
  /** What was changed last: more of the same is undone at once. */
  last: string;
}

const REMEMBERED = 200;

export const begun = (source: string): Writing => ({ now: source, past: [], future: [], last: "" });

/** `what` names the place that is changed; empty: a step of its own. */
export function wrote(writing: Writing, now: string, what = ""): Writing {
  if (now === writing.now) return writing;
  const goesOn = what !== "" && what === writing.last;
  const past = goesOn ? writing.past : [...writing.past, writing.now].slice(-REMEMBERED);
  return { now, past, future: [], last: what };
}

export function undone(writing: Writing): Writing {
  const before = writing.past.at(-1);
  if (before === undefined) return writing;
  return { now: before, past: writing.past.slice(0, -1), future: [writing.now, ...writing.future], last: "" };
}

export function redone(writing: Writing): Writing {
  const [next, ...future] = writing.future;
  if (next === undefined) return writing;
  return { now: next, past: [...writing.past, writing.now], future, last: "" };
}
