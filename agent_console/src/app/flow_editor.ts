/** The flow that is open: what is in force, the text being written, what is wrong with it, and what becomes of it. */
import { computed, ref, shallowRef, watch } from "vue";
import { fieldName } from "@/app/flow_texts";
import { language } from "@/app/preferences";
import { can } from "@/app/session";
import { flowsRest } from "@/connection/flows";
import { Refusal } from "@/connection/rest";
import { begun, redone, undone, type Writing, wrote } from "@/state/flow_history";
import { inWords, type ToldDefect } from "@/state/flow_problems";
import { isEditable } from "@/state/flow_source";
import type { Checked, FlowKinds, OpenFlow, Outline, OutlineNode, Published } from "@/wire/flows";

const CHECK_AFTER_MS = 350;
const SAVE_AFTER_MS = 1200;

export const flow = shallowRef<OpenFlow | null>(null);
export const kinds = shallowRef<FlowKinds | null>(null);
const writing = shallowRef<Writing>(begun(""));
/** Of the text that is shown; the outline stays the last one while the text is no YAML. */
const checked = shallowRef<Checked>({ outline: null, defects: [] });
export const outline = shallowRef<Outline | null>(null);
export const checking = ref(false);
export const chosen = ref("");
/** Somebody else has changed the draft, or published, meanwhile. */
export const stale = ref<"" | "draft" | "published">("");
export const saving = ref<"" | "waiting" | "busy" | "failed">("");
const revision = ref(0);
const base = ref(0);
export const savedAt = ref(0);

export const source = computed(() => writing.value.now);
export const published = computed(() => flow.value?.published ?? null);
/** The newest version, also of a flow that is retired: what is published next comes after it. */
const newest = computed(() => published.value?.version ?? flow.value?.retired?.version ?? 0);
const inForce = computed(() => flow.value?.version?.source ?? "");
export const differs = computed(() => source.value !== inForce.value);
export const mayEdit = computed(() => can("edit_flows"));
export const mayPublish = computed(() => can("publish_flows"));
export const editable = computed(() => mayEdit.value && isEditable(source.value));
export const canUndo = computed(() => writing.value.past.length > 0);
export const canRedo = computed(() => writing.value.future.length > 0);
/** The text is no YAML at the moment: what is drawn is of before. */
export const isOld = computed(() => checked.value.outline === null && outline.value !== null);
export const defects = computed<ToldDefect[]>(() => inWords(checked.value.defects, language.value, fieldName));
export const nodes = computed<OutlineNode[]>(() => outline.value?.nodes ?? []);
export const chosenNode = computed(() => nodes.value.find((node) => node.id === chosen.value) ?? null);
export const hasDraft = computed(() => revision.value > 0);

export async function open(id: string): Promise<void> {
  close();
  const [found, described] = await Promise.all([flowsRest.one(id), flowsRest.kinds()]);
  kinds.value = described;
  show(found);
}

/** `keep`: the own text stays, now begun from what is in force. */
function show(found: OpenFlow, keep?: string): void {
  flow.value = found;
  const kept = found.draft ?? found.version;
  revision.value = found.draft?.revision ?? 0;
  base.value = found.draft?.base_version ?? newest.value;
  stale.value = found.draft && base.value !== newest.value ? "published" : "";
  savedAt.value = found.draft?.changed_at ?? 0;
  writing.value = begun(kept?.source ?? "");
  take(kept?.checked ?? { outline: null, defects: [] });
  saving.value = "";
  if (keep !== undefined) write(keep);
}

export function close(): void {
  clearTimeout(checkTimer);
  clearTimeout(saveTimer);
  flow.value = null;
  outline.value = null;
  writing.value = begun("");
  chosen.value = "";
  stale.value = "";
  saving.value = "";
}

function take(found: Checked): void {
  checked.value = found;
  if (found.outline) outline.value = found.outline;
}

// ---- writing

export function write(text: string, what = ""): void {
  if (mayEdit.value) writing.value = wrote(writing.value, text, what);
}
export const undo = () => void (writing.value = undone(writing.value));
export const redo = () => void (writing.value = redone(writing.value));

let checkTimer: ReturnType<typeof setTimeout> | undefined;
let saveTimer: ReturnType<typeof setTimeout> | undefined;
watch(source, (text) => {
  clearTimeout(checkTimer);
  clearTimeout(saveTimer);
  if (!flow.value || !mayEdit.value) return;
  if (text === (flow.value.draft ?? flow.value.version)?.source) {
    take((flow.value.draft ?? flow.value.version)?.checked ?? checked.value);
    if (revision.value === 0) return;
  }
  checking.value = true;
  checkTimer = setTimeout(check, CHECK_AFTER_MS);
  if (stale.value === "draft") return;
  saving.value = "waiting";
  saveTimer = setTimeout(save, SAVE_AFTER_MS);
});

async function check(): Promise<void> {
  const asked = source.value;
  const found = await flowsRest.check(asked).catch(() => null);
  if (asked !== source.value) return;
  checking.value = false;
  if (found) take(found);
}

let under: Promise<void> = Promise.resolve();
/** One after the other: each is told the revision that the one before made. */
function save(): Promise<void> {
  under = under.then(saveNow);
  return under;
}

async function saveNow(): Promise<void> {
  const open = flow.value;
  if (!open || stale.value === "draft") return;
  const text = source.value;
  saving.value = "busy";
  try {
    const kept = await flowsRest.saveDraft(open.id, text, base.value, revision.value);
    if (flow.value?.id !== open.id) return;
    revision.value = kept.revision;
    savedAt.value = kept.changed_at;
    if (saving.value === "busy") saving.value = text === source.value ? "" : "waiting";
  } catch (error) {
    if (flow.value?.id !== open.id) return;
    saving.value = "failed";
    if (error instanceof Refusal && error.word === "stale_version") stale.value = "draft";
  }
}

/** What is still to be saved is saved now. */
export async function settle(): Promise<void> {
  clearTimeout(saveTimer);
  if (saving.value === "waiting" || saving.value === "failed") await save();
  else await under;
}

/** After somebody else was faster: their text, or the own one on top of it. */
export async function renew(keepMine: boolean): Promise<void> {
  const open = flow.value;
  if (!open) return;
  const mine = source.value;
  const found = await flowsRest.one(open.id);
  stale.value = "";
  show(found, keepMine ? mine : undefined);
  if (!keepMine) return;
  base.value = newest.value;
  stale.value = "";
  await save();
}

export async function discard(): Promise<void> {
  const open = flow.value;
  if (!open) return;
  clearTimeout(saveTimer);
  await under;
  await flowsRest.dropDraft(open.id, revision.value);
  if (open.published) show(await flowsRest.one(open.id));
}

// ---- publishing

/** After a refusal because somebody else was faster: what is in force now, and whether the draft is still the own one. */
export async function catchUp(): Promise<void> {
  const open = flow.value;
  if (!open) return;
  const found = await flowsRest.one(open.id);
  if (flow.value?.id !== open.id) return;
  flow.value = { ...open, published: found.published, retired: found.retired, version: found.version };
  stale.value = (found.draft?.revision ?? 0) === revision.value ? "published" : "draft";
}

export async function publish(note: string): Promise<Published> {
  await settle();
  const open = flow.value;
  if (!open) throw new Error("no flow is open");
  const done = await flowsRest.publish(open.id, source.value, newest.value, revision.value, note);
  show(await flowsRest.one(open.id));
  return done;
}

export async function rollBack(version: number, note: string): Promise<Published> {
  const open = flow.value;
  if (!open) throw new Error("no flow is open");
  const done = await flowsRest.rollBack(open.id, version, newest.value, note);
  show(await flowsRest.one(open.id));
  return done;
}
