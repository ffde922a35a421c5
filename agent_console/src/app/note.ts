/** The note of the call in hand: saved as it is typed, kept in this browser until the server has it. */
import { computed, shallowRef, watch } from "vue";
import { serverNow } from "@/app/clock";
import { myAgent, myCall } from "@/app/floor";
import { Refusal, rest } from "@/connection/rest";
import { remember, remembered } from "@/connection/storage";
import * as drafts from "@/state/draft";

export const draft = shallowRef<drafts.Draft | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export const saveState = computed<"" | "saving" | "saved" | "failed">(() => {
  const now = draft.value;
  if (!now) return "";
  if (now.failedAt) return "failed";
  if (now.saving || drafts.isDirty(now)) return "saving";
  return now.editedAt ? "saved" : "";
});

watch(
  () => myAgent.value?.interaction ?? "",
  (interaction) => {
    if (interaction === draft.value?.call) return;
    if (draft.value) void save(draft.value);
    if (interaction) put(opened(interaction));
  },
  { immediate: true },
);

watch(myCall, (call) => {
  if (call && draft.value?.call === call.id) put(drafts.toldByServer(draft.value, call.note, call.disposition));
});

function opened(interaction: string): drafts.Draft {
  const call = myCall.value;
  const fresh = drafts.openDraft(interaction, call?.note ?? "", call?.disposition ?? "");
  const kept = unsaved();
  return kept?.call === interaction ? drafts.edited(fresh, kept, serverNow()) : fresh;
}

function unsaved(): { call: string; note: string; disposition: string } | null {
  const text = remembered("note");
  return text ? JSON.parse(text) : null;
}

export function write(change: { note?: string; disposition?: string }): void {
  if (draft.value) put(drafts.edited(draft.value, change, serverNow()));
}

function put(next: drafts.Draft): void {
  draft.value = next;
  const { call, note, disposition } = next;
  remember("note", drafts.isDirty(next) ? JSON.stringify({ call, note, disposition }) : "");
  clearTimeout(timer);
  const due_s = drafts.saveIn(next, serverNow());
  if (due_s !== null) timer = setTimeout(() => void save(next), due_s * 1000);
}

/** Saves at once what is not saved yet; the answer is whether the server has it. */
export async function saveNow(): Promise<boolean> {
  if (!draft.value || !drafts.isDirty(draft.value)) return true;
  return save(draft.value);
}

async function save(one: drafts.Draft): Promise<boolean> {
  if (!drafts.isDirty(one)) return true;
  const isCurrent = () => draft.value?.call === one.call;
  if (isCurrent() && draft.value) put(drafts.saveBegan(draft.value));
  try {
    await rest.saveNote(one.call, one.note, one.disposition);
    if (isCurrent() && draft.value) put(drafts.saved(draft.value, one.note, one.disposition));
    return true;
  } catch (error) {
    if (isCurrent() && draft.value && worthRetrying(error)) put(drafts.saveFailed(draft.value, serverNow()));
    else if (isCurrent() && draft.value) put(drafts.saved(draft.value, one.note, one.disposition));
    return false;
  }
}

/** The call is no longer ours: trying again would change nothing. */
function worthRetrying(error: unknown): boolean {
  return !(error instanceof Refusal && ["not_your_call", "no_such_call", "not_authenticated"].includes(error.word));
}
