/** What the centre's document says about the desk: fetched with the session, again whenever the centre changes. */
import { shallowRef, watch } from "vue";
import { centre, me } from "@/app/session";
import { deskRest } from "@/connection/desk";
import type { DeskSettings } from "@/wire/types";

const NO_SETTINGS: DeskSettings = {
  outbound: [], rooms: [], pages: [], dispositions: [], pause_reasons: [], queues: [],
  agents: [], groups: [], alerts: [], supervision: {}, zone: "",
};
const AGAIN_MS = 5_000;

export const deskSettings = shallowRef<DeskSettings>(NO_SETTINGS);
let again: ReturnType<typeof setTimeout> | undefined;

/** A desk without its settings still takes calls: they are asked for again in a while. */
async function fetchSettings(): Promise<void> {
  clearTimeout(again);
  if (!me.value) return void (deskSettings.value = NO_SETTINGS);
  try {
    deskSettings.value = { ...NO_SETTINGS, ...(await deskRest.settings()) };
  } catch {
    again = setTimeout(fetchSettings, AGAIN_MS);
  }
}

watch(() => [me.value?.username, centre.value], fetchSettings, { immediate: true });
