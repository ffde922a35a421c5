/** The agent's telephone on this page: lock, registration, the call, and what the buttons do. */
import { computed, ref, shallowRef, watch } from "vue";
import { serverNow } from "@/app/clock";
import { isFresh, live, myAgent, myCall, myPop } from "@/app/floor";
import { microphone, named, ringVolume, speaker, t, volume } from "@/app/preferences";
import { queueById, takesCalls } from "@/app/session";
import { attempt } from "@/app/toasts";
import { giveBackAttention, takeAttention } from "@/connection/attention";
import type { BrowserPhone } from "@/connection/phone";
import { askForPhone, type Held } from "@/connection/phone_lock";
import { rest } from "@/connection/rest";
import { remember, remembered } from "@/connection/storage";
import { idleLine, type Line, lineAfter, type LineEvent } from "@/state/line";
import { stripOf } from "@/state/strip";
import type { Device } from "@/wire/types";

/** How long the engine has to end a leg before the browser does it itself. */
const ENGINE_PATIENCE_MS = 2000;

export const line = shallowRef<Line>(idleLine);
export const device = ref<Device>((remembered("device") as Device) || "web");
watch(device, (chosen) => remember("device", chosen));

let phone: BrowserPhone | null = null;
let lock: Held | null = null;
let wanted = false;

const happened = (event: LineEvent) => (line.value = lineAfter(line.value, event, serverNow()));

const strip = computed(() =>
  stripOf({ agent: myAgent.value, call: myCall.value, pop: myPop.value, line: line.value, live: isFresh.value }),
);
export { strip };

/** Telephone and engine are told of the same change one after the other: only what lasts is a disagreement. */
const AGREE_WITHIN_MS = 3000;
export const outOfStep = ref(false);
let disagree: ReturnType<typeof setTimeout> | undefined;
watch(
  () => strip.value.outOfStep,
  (differs) => {
    clearTimeout(disagree);
    if (differs) disagree = setTimeout(() => (outOfStep.value = true), AGREE_WITHIN_MS);
    else outOfStep.value = false;
  },
);

// ---- having the telephone

watch(
  () => takesCalls.value && device.value === "web",
  (should) => (should ? void take() : drop()),
  { immediate: true },
);

/** `over` takes the telephone from another tab of this browser. */
async function take(over = false): Promise<void> {
  if (wanted && !over) return;
  wanted = true;
  if (!window.isSecureContext) return void happened({ kind: "registration", to: "unfit" });
  await askForPhone(
    "phone",
    {
      taken: (held) => void started(held),
      elsewhere: () => happened({ kind: "registration", to: "elsewhere" }),
      lost: () => {
        stopPhone();
        happened({ kind: "registration", to: "elsewhere" });
      },
    },
    over,
  );
}

export const takeOver = () => take(true);

async function started(held: Held): Promise<void> {
  lock = held;
  if (!wanted) return held.release();
  happened({ kind: "registration", to: "starting" });
  try {
    const [account, { BrowserPhone }] = await Promise.all([rest.phone(), import("@/connection/phone")]);
    if (lock !== held) return;
    phone = new BrowserPhone(account, happened, () => microphone.value);
    phone.speaker.volume = volume.value;
    void phone.useSpeaker(speaker.value);
    phone.start();
  } catch {
    happened({ kind: "registration", to: "lost" });
    setTimeout(() => lock === held && !phone && void started(held), 3000);
  }
}

function stopPhone(): void {
  phone?.stop();
  phone = null;
  lock = null;
}

function drop(): void {
  wanted = false;
  lock?.release();
  stopPhone();
  line.value = idleLine;
}

watch(volume, (value) => phone && (phone.speaker.volume = value));
watch(speaker, (id) => void phone?.useSpeaker(id));
watch(microphone, () => void phone?.useMicrophone());

/** Resolves when the browser telephone is registered; false when it is not within `patience_ms`. */
export function registered(patience_ms = 6000): Promise<boolean> {
  if (line.value.registration === "registered") return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), patience_ms);
    const stop = watch(line, (now) => now.registration === "registered" && done(true));
    function done(result: boolean): void {
      clearTimeout(timer);
      stop();
      resolve(result);
    }
  });
}

// ---- the buttons

export function answer(): void {
  if (strip.value.can.answer) phone?.answer();
}

export function toggleMute(): void {
  if (strip.value.can.mute) phone?.mute(!line.value.call?.muted);
}

export function toggleHold(): void {
  if (strip.value.can.hold) phone?.hold(!line.value.call?.onHold);
}

/** Rejects while it rings, ends the talk afterwards. The engine is asked first; the browser is the fallback. */
export function hangUpOrReject(): void {
  const { can, interaction, offer } = strip.value;
  if (can.reject) end(() => rest.reject(offer), Boolean(offer));
  else if (can.hangUp) {
    owed = interaction;
    end(() => rest.endCall(interaction).then(() => (owed = "")), Boolean(interaction));
  }
}

/** The talk whose end nobody was told of yet: while the server is away neither we nor the telephone can tell it. */
let owed = "";
watch(isFresh, (fresh) => {
  if (!fresh) return;
  const agent = myAgent.value;
  const talks = agent?.state === "talking" || agent?.state === "held";
  if (owed && talks && agent.interaction === owed && !line.value.call) void rest.endCall(owed).catch(() => undefined);
  owed = "";
});

function end(ask: () => Promise<unknown>, engineKnows: boolean): void {
  const id = line.value.call?.id;
  if (id) happened({ kind: "stage", id, to: "ending" });
  const bySelf = () => line.value.call?.id === id && phone?.hangUp();
  if (!engineKnows || !isFresh.value) return void bySelf();
  if (!id) return void attempt(ask);
  setTimeout(bySelf, ENGINE_PATIENCE_MS);
  ask().catch(bySelf);
}

// ---- ringing

watch(
  () => strip.value.mood === "ringing" && line.value.call?.direction !== "out",
  (rings) => {
    if (!rings) return giveBackAttention();
    const { caller, callerName, queue } = strip.value;
    const where = named(queueById(queue)?.name);
    takeAttention(callerName || caller || t.value.call.unknown, where, ringVolume.value);
  },
);

/** Leaving the page during a talk would cut it off. */
window.addEventListener("beforeunload", (event) => {
  if (line.value.call && live.value.floor) event.preventDefault();
});
