/** The centre's conference rooms, as they are now. */
import { computed } from "vue";
import { floor, myAgent } from "@/app/floor";
import { agentName } from "@/app/session";
import { readable } from "@/state/numbers";
import type { RoomMember } from "@/wire/types";

export const rooms = computed(() => Object.values(floor.value?.rooms ?? {}).toSorted((a, b) => a.number.localeCompare(b.number)));
export const myRoom = computed(() => rooms.value.find((room) => room.id === myAgent.value?.room) ?? null);
export const memberName = (one: RoomMember) => (one.outside ? readable(one.member) : `${agentName(one.member)} ${one.member}`.trim());
