/** The dispositions to choose from, the one that is chosen, and whether the queue insists on one. */
import { computed } from "vue";
import { deskSettings } from "@/app/desk_settings";
import { myCall, myPop } from "@/app/floor";
import { draft } from "@/app/note";
import { centre } from "@/app/session";
import type { DeskDisposition } from "@/wire/types";

/** As a tree; a flat list until the desk's settings are there. */
export const dispositions = computed<readonly DeskDisposition[]>(() => {
  const known = deskSettings.value.dispositions;
  return known.length ? known : (centre.value?.dispositions ?? []).map((one) => ({ ...one, parent: null }));
});
export const disposition = computed(() => draft.value?.disposition ?? "");

/** Wrap-up ends early only with a disposition. */
export const required = computed(() => {
  const queue = myCall.value?.queue || myPop.value?.queue;
  return deskSettings.value.queues.some((one) => one.id === queue && one.disposition_required);
});
