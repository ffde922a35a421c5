/** Which part of the editor is open, and the way to a problem's field. In the address, so that back works. */
import { computed, nextTick } from "vue";
import { router } from "@/app/router";
import { whole } from "@/app/centre_draft";
import { placeOf } from "@/state/centre_problems";
import { isSection, type Section, sectionOf } from "@/state/centre_sections";
import { type Kind, nameOf } from "@/state/centre_shape";

const word = (value: unknown) => (typeof value === "string" ? value : "");
const query = computed(() => router.currentRoute.value.query);

export const section = computed<Section>(() => (isSection(query.value.in) ? query.value.in : "queues"));
export const entry = computed(() => word(query.value.at));
export const tab = computed(() => word(query.value.tab));

export function show(to: Section, at = "", shown = ""): Promise<unknown> {
  return router.push({ query: { in: to, ...(at ? { at } : {}), ...(shown ? { tab: shown } : {}) } });
}

/** The place in its list of the entry that is open; -1 when there is none. */
export function indexOf(kind: Kind): number {
  return (whole.value[kind] as unknown[]).findIndex((one) => nameOf(kind, one) === entry.value);
}

export async function goTo(path: string): Promise<void> {
  const place = placeOf(whole.value, path);
  await show(sectionOf(place.section), place.entry);
  await nextTick();
  requestAnimationFrame(() => pointAt(path));
}

/** The field of the path, or the nearest around it. */
function pointAt(path: string): void {
  for (let shown = path; shown; shown = shown.replace(/(\.[^.[]+|\[\d+\])$|^[a-z_]+$/, "")) {
    const field = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(shown)}"]`);
    if (!field) continue;
    field.scrollIntoView({ block: "center" });
    field.querySelector<HTMLElement>("input, textarea, button, select")?.focus({ preventScroll: true });
    field.classList.add("pointed");
    setTimeout(() => field.classList.remove("pointed"), 1600);
    return;
  }
}
