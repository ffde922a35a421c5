/** A call comes: attention is taken once, or the call is taken without asking; a talk that was cut comes back. */
import { computed, watch } from "vue";
import { owedEnd } from "@/app/call_keys";
import { deskSettings } from "@/app/desk_settings";
import { d } from "@/app/desk_texts";
import { live, myCall } from "@/app/floor";
import { line, phoneHere, strip } from "@/app/phone";
import { named, ringVolume, t } from "@/app/preferences";
import { me, queueById } from "@/app/session";
import { sayDone } from "@/app/toasts";
import { giveBackAttention, takeAttention, toneOfAnswer } from "@/connection/attention";
import { readable } from "@/state/numbers";

/** So long the tone is heard before the caller is. */
const TONE_MS = 450;

const byPolicy = computed(() => {
  const { agents, queues } = deskSettings.value;
  const agent = agents.some((one) => one.id === me.value?.agent && one.auto_answer);
  return agent || queues.some((one) => one.id === strip.value.queue && one.auto_answer);
});
const takesItself = computed(() => (Boolean(line.value.call?.auto) || byPolicy.value) && !owedEnd.value);
const rings = computed(() => line.value.call?.stage === "ringing");

watch(
  () => strip.value.mood === "ringing" && line.value.call?.direction !== "out" && !(rings.value && takesItself.value),
  (asks) => {
    if (!asks) return giveBackAttention();
    const { caller, callerName, queue } = strip.value;
    const where = named(queueById(queue)?.name);
    takeAttention(callerName || readable(caller) || t.value.call.unknown, where, ringVolume.value);
  },
);

watch(
  () => (rings.value && takesItself.value ? line.value.call?.id : ""),
  (id) => {
    if (!id) return;
    toneOfAnswer(ringVolume.value);
    setTimeout(() => line.value.call?.id === id && phoneHere()?.answer(), TONE_MS);
  },
);

/** The phone was lost in mid-talk and is back: the agent is told with whom. */
watch(
  () => [myCall.value?.id, myCall.value?.phase] as const,
  ([id, phase], [idBefore, phaseBefore]) => {
    if (!id || id !== idBefore || phaseBefore !== "reconnecting" || phase !== "talking") return;
    const { callerName, caller } = strip.value;
    sayDone(d.value.back.withCaller(callerName || readable(caller) || t.value.call.unknown));
  },
);

/** Leaving the page during a talk would cut it off. */
window.addEventListener("beforeunload", (event) => {
  if (line.value.call && live.value.floor) event.preventDefault();
});
