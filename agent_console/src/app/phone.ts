/** The agent's telephone on this page: the lock that one tab has, registration, devices, and the strip it makes. */
import { computed, ref, shallowRef, watch } from "vue";
import { serverNow } from "@/app/clock";
import { isFresh, myAgent, myCall, myPop } from "@/app/floor";
import { microphone, ringSpeaker, speaker, volume } from "@/app/preferences";
import { takesCalls } from "@/app/session";
import { useRingDevice } from "@/connection/attention";
import type { BrowserPhone } from "@/connection/phone";
import { askForPhone, type Held } from "@/connection/phone_lock";
import { rest } from "@/connection/rest";
import { remember, remembered } from "@/connection/storage";
import { idleLine, type Line, lineAfter, type LineEvent } from "@/state/line";
import { stripOf } from "@/state/strip";
import type { Device } from "@/wire/types";

export const line = shallowRef<Line>(idleLine);
export const device = ref<Device>((remembered("device") as Device) || "web");
watch(device, (chosen) => remember("device", chosen));

let phone: BrowserPhone | null = null;
let lock: Held | null = null;
let wanted = false;

/** The telephone of this page, when it has one. */
export const phoneHere = (): BrowserPhone | null => phone;
export const happened = (event: LineEvent) => (line.value = lineAfter(line.value, event, serverNow()));

/** Which call the desk phone was muted for from this page: nobody else tells. */
export const mutedOnDesk = ref("");

export const strip = computed(() =>
  stripOf({
    agent: myAgent.value,
    call: myCall.value,
    pop: myPop.value,
    line: line.value,
    live: isFresh.value,
    deskMuted: mutedOnDesk.value !== "" && mutedOnDesk.value === myAgent.value?.interaction,
  }),
);

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
watch(ringSpeaker, useRingDevice, { immediate: true });
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

/** A page that goes away ends its leg at once: the engine need not find out, and holds the caller for us. */
window.addEventListener("pagehide", () => phone?.leave());
