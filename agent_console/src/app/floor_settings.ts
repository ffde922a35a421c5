/** Targets and groups as the centre's document has them. */
import { computed } from "vue";
import { deskSettings } from "@/app/desk_settings";
import { centre, queueById } from "@/app/session";
import type { Target } from "@/state/floor_queues";

const targets = computed(() => new Map(deskSettings.value.queues.map((queue) => [queue.id, queue])));

/** Until the settings are there, the figures everybody begins with. */
const USUAL = { service_level_s: 20, service_level_target: 80 };

export function targetOf(queue: string): Target {
  return targets.value.get(queue) ?? { ...USUAL, service_level_s: queueById(queue)?.service_level_s ?? USUAL.service_level_s };
}

export const groups = computed(() => (deskSettings.value.groups.length ? deskSettings.value.groups : (centre.value?.groups ?? [])));
export const groupName = (id: string) => groups.value.find((group) => group.id === id)?.name;
export const zone = computed(() => deskSettings.value.zone || centre.value?.zone || "");
