/** Calling somebody: from the dial pad or by a click on any number. */
import { computed, ref, watch } from "vue";
import { deskSettings } from "@/app/desk_settings";
import { isFresh, myAgent } from "@/app/floor";
import { line, strip } from "@/app/phone";
import { can, takesCalls } from "@/app/session";
import { attempt } from "@/app/toasts";
import { deskRest } from "@/connection/desk";
import { tryMicrophone } from "@/connection/devices";
import { remember, remembered } from "@/connection/storage";
import { dialable } from "@/state/directory";
import { numbersIn, withNumber } from "@/state/recent_numbers";

export const dialPadOpen = ref(false);
export const typed = ref("");
export const recent = ref(numbersIn(remembered("dialled")));
export const dialling = ref(false);

/** The number the other side is shown; empty is the centre's first. */
export const asNumber = ref(remembered("asNumber"));
watch(asNumber, (number) => remember("asNumber", number));
watch(deskSettings, ({ outbound }) => {
  if (!outbound.some((one) => one.number === asNumber.value)) asNumber.value = outbound[0]?.number ?? "";
});

/** Whether numbers are shown with a way to call them at all. */
export const mayDial = computed(() => takesCalls.value && can("dial_out"));

/** Why nobody can be called at this moment; empty when it is possible. */
export const whyNot = computed<"" | "notLive" | "signedOut" | "inCall" | "noPhone">(() => {
  if (!isFresh.value) return "notLive";
  if (!myAgent.value || myAgent.value.intent === "signed_out") return "signedOut";
  if (line.value.call || !["idle", "wrap_up"].includes(strip.value.mood)) return "inCall";
  return myAgent.value.reachable ? "" : "noPhone";
});

/** True when the call is on its way. A masked number is nobody's to dial. */
export async function dial(number: string): Promise<boolean> {
  const bare = dialable(number);
  if (!bare || dialling.value) return false;
  dialling.value = true;
  if (myAgent.value?.device === "web") await tryMicrophone();
  const ok = await attempt(() => deskRest.dial(bare, asNumber.value));
  dialling.value = false;
  if (!ok) return false;
  recent.value = withNumber(recent.value, bare);
  remember("dialled", recent.value.join(","));
  dialPadOpen.value = false;
  typed.value = "";
  return true;
}
