/** Alerts of the centre's rules: watched on every page of whoever may see the floor. */
import { computed, ref, shallowRef, watch } from "vue";
import { now } from "@/app/clock";
import { deskSettings } from "@/app/desk_settings";
import { useQueuesToday } from "@/app/figures";
import { floor, isFresh } from "@/app/floor";
import { queueName } from "@/app/floor_acts";
import { f } from "@/app/floor_texts";
import { ringVolume } from "@/app/preferences";
import { me } from "@/app/session";
import { type AlertSound, ALERT_SOUNDS, playAlert } from "@/connection/alert_sound";
import { remember, remembered } from "@/connection/storage";
import { type AlertNow, nothingWatched, stillSeen, unseen, type Watch, watched } from "@/state/alerts";
import { clock, percent } from "@/state/durations";

const watching = shallowRef<Watch>(nothingWatched);
const seen = ref<string[]>([]);
const levels = shallowRef<Record<string, number | null>>({});
/** Alerts that have been heard: each sounds once. */
let heard = new Set<string>();

export const alerts = computed(() => watching.value.alerts);
export const fresh = computed(() => unseen(watching.value, seen.value));
export const isSeen = (key: string) => seen.value.includes(key);
export const hasRules = computed(() => deskSettings.value.alerts.length > 0);

const keptSound = remembered("floor.sound") as AlertSound;
export const sound = ref<AlertSound>(ALERT_SOUNDS.includes(keptSound) ? keptSound : "soft");
watch(sound, (chosen) => remember("floor.sound", chosen));
export const tryOut = (chosen: AlertSound) => playAlert(chosen, ringVolume.value);

const place = () => `floor.seen.${me.value?.username ?? ""}`;

watch(
  () => me.value?.username,
  () => {
    watching.value = nothingWatched;
    heard = new Set();
    seen.value = remembered(place()).split("\n").filter(Boolean);
  },
  { immediate: true },
);

function keepSeen(keys: string[]): void {
  seen.value = keys;
  remember(place(), keys.join("\n"));
}

export function acknowledge(key: string): void {
  if (!isSeen(key)) keepSeen([...seen.value, key]);
}

const second = computed(() => Math.floor(now.value));
watch([second, floor], () => {
  if (!isFresh.value || !floor.value) return;
  watching.value = watched(watching.value, { rules: deskSettings.value.alerts, floor: floor.value, levels: levels.value }, now.value);
  const kept = stillSeen(seen.value, watching.value);
  if (kept.length !== seen.value.length && hasRules.value && Object.keys(levels.value).length) keepSeen(kept);
  sayNew();
});

function sayNew(): void {
  const calls = fresh.value.filter((one) => one.sound && !heard.has(one.key));
  if (calls.length) playAlert(sound.value, ringVolume.value);
  heard = new Set([...calls, ...watching.value.alerts, ...watching.value.ended].filter((one) => heard.has(one.key) || calls.includes(one)).map((one) => one.key));
}

/** The alert as a sentence. */
export function alertText({ kind, queue, value, limit }: AlertNow): string {
  const name = queueName(queue);
  if (kind === "nobody_ready") return f.value.alerts.nobody_ready(name, clock(value));
  const shown = kind === "longest_wait" ? clock : kind === "service_level" ? (one: number) => percent(one) : (one: number) => String(Math.round(one));
  return f.value.alerts[kind](name, shown(value), shown(limit));
}

/** Today's service levels, fetched by whoever is on the floor. */
export function useLevels() {
  const loaded = useQueuesToday();
  watch(loaded.value, (today) => (levels.value = Object.fromEntries((today?.queues ?? []).map((day) => [day.queue, day.service_level]))));
  return loaded;
}

/** The page's title tells how many alerts nobody has seen; a ringing phone's title is left alone. */
watch([() => fresh.value.length, second], ([count]) => {
  const plain = document.title.replace(/^\(\d+\) /, "");
  if (plain.startsWith("☎")) return;
  const wanted = count ? `(${count}) ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
});
