/** The draft of the centre that the editor's parts share, its problems, and what is done with it. */
import { computed, ref, shallowRef, watch } from "vue";
import { c } from "@/app/centre_texts";
import { language } from "@/app/preferences";
import { reloadCentre } from "@/app/session";
import { Refusal, rest } from "@/connection/rest";
import { sentence } from "@/state/complaints";
import { changes, merged, type Merged } from "@/state/centre_changes";
import { type CentreAct, type CentreDraft, isDirty, openDraft, reduced } from "@/state/centre_draft";
import { type PathProblem, worded } from "@/state/centre_problems";
import { completed, limitsAt, newEntry, type Schema, shapeProblems } from "@/state/centre_schema";
import { at, KINDS, PARTS, type Path, type WholeCentre } from "@/state/centre_shape";
import type { Centre, CentreDocument, CentreProblem } from "@/wire/types";

const QUIET_MS = 400;

export const schema = shallowRef<Schema>({});
export const draft = shallowRef<CentreDraft | null>(null);
export const inForce = shallowRef<CentreDocument | null>(null);
/** What the server says of the draft; null: not asked yet since the last edit. */
const told = shallowRef<readonly CentreProblem[] | null>(null);
/** The check itself did not work: no verdict. */
export const uncheckable = ref(false);

const NONE = Object.fromEntries([...KINDS, "holidays"].map((list) => [list, []]));
const EMPTY = { zone: "UTC", country: "", area_code: "", ...NONE, ...Object.fromEntries(PARTS.map((part) => [part, {}])) } as unknown as WholeCentre;
export const whole = computed<WholeCentre>(() => draft.value?.now ?? EMPTY);
export const dirty = computed(() => draft.value !== null && isDirty(draft.value));
export const pending = computed(() => (draft.value ? changes(draft.value.base, draft.value.now) : []));
const shapes = computed(() => (draft.value ? shapeProblems(schema.value, whole.value) : []));
export const problems = computed<PathProblem[]>(() => {
  const own = shapes.value.map((problem) => worded(problem, c.value.shape, language.value));
  const theirs = (told.value ?? []).map(({ path, text }) => ({ path: path.replace(/^document\.?/, ""), message: sentence(text, language.value) }));
  return [...own, ...theirs.filter(({ path }) => !own.some((problem) => problem.path === path))];
});
export const checking = computed(() => draft.value !== null && told.value === null && !uncheckable.value);

export function act(what: CentreAct): void {
  if (draft.value) draft.value = reduced(draft.value, what);
}
export const edit = (path: Path, value: unknown): void => act({ do: "edit", path, value });
export const replace = (centre: WholeCentre): void => act({ do: "replace", centre });
export const valueAt = <T>(path: Path): T => at(whole.value, path) as T;
export const limits = (path: Path) => limitsAt(schema.value, path);
export const blank = <T>(list: Path, given: object): T => newEntry<T>(schema.value, list, given);
export const complete = (centre: unknown): WholeCentre => completed(schema.value, centre);

/** Adds to a list at its end. */
export function append(list: Path, entry: unknown): void {
  edit(list, [...valueAt<unknown[]>(list), entry]);
}
export function removeAt(list: Path, index: number): void {
  edit(list, valueAt<unknown[]>(list).filter((_, i) => i !== index));
}

export async function open(): Promise<void> {
  const [document, shape] = await Promise.all([rest.centreDocument(), rest.centreSchema()]);
  schema.value = shape as Schema;
  show(document);
}

function show(document: CentreDocument): void {
  inForce.value = document;
  draft.value = openDraft(complete(document.document), document.version);
}

export function closeDraft(): void {
  draft.value = null;
  told.value = null;
}

let quiet: ReturnType<typeof setTimeout> | undefined;
watch(whole, () => {
  clearTimeout(quiet);
  told.value = null;
  if (draft.value && !shapes.value.length) quiet = setTimeout(check, QUIET_MS);
});

async function check(): Promise<void> {
  const asked = whole.value;
  try {
    const { problems: found } = await rest.checkCentre(asked as Centre);
    if (asked === whole.value) told.value = found;
    uncheckable.value = false;
  } catch (failure) {
    if (asked !== whole.value) return;
    uncheckable.value = !(failure instanceof Refusal && ["bad_value", "bad_centre"].includes(failure.word));
    told.value = failure instanceof Refusal && !uncheckable.value ? failure.problems : null;
  }
}

export type Saved = { done: true } | { done: false; word: string; error: unknown };

/** Puts the draft in force. What the server finds wrong is shown at its field. */
export async function save(): Promise<Saved> {
  if (!draft.value) return { done: true };
  try {
    const document = await rest.saveCentre(draft.value.version, whole.value as Centre);
    inForce.value = document;
    act({ do: "saved", centre: complete(document.document), version: document.version });
    await reloadCentre().catch(() => undefined);
    return { done: true };
  } catch (error) {
    const word = error instanceof Refusal ? error.word : "";
    if (error instanceof Refusal && ["bad_centre", "bad_value"].includes(word)) told.value = error.problems;
    return { done: false, word, error };
  }
}

/** Makes the own changes again on what somebody else has put in force. */
export async function takeTheirs(keepMine: boolean): Promise<Merged["collisions"]> {
  const mine = draft.value;
  const document = await rest.centreDocument();
  const theirs = complete(document.document);
  inForce.value = document;
  const result = mine && keepMine ? merged(mine.base, mine.now, theirs) : { centre: theirs, collisions: [] };
  act({ do: "rebase", base: theirs, version: document.version, now: result.centre });
  return result.collisions;
}
