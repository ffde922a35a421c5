/** What the strip's buttons do: the browser's telephone does it itself, a desk phone is asked by way of the server. */
import { ref, watch } from "vue";
import { isFresh, myAgent } from "@/app/floor";
import { happened, line, mutedOnDesk, phoneHere, strip } from "@/app/phone";
import { attempt } from "@/app/toasts";
import { deskRest } from "@/connection/desk";
import { rest } from "@/connection/rest";

/** How long the engine has to end a leg before the browser does it itself. */
const ENGINE_PATIENCE_MS = 2000;

export function answer(): void {
  const { can, remote, offer } = strip.value;
  if (!can.answer) return;
  if (remote) void attempt(() => deskRest.answer(offer));
  else phoneHere()?.answer();
}

export async function toggleMute(): Promise<void> {
  const { can, remote, muted, interaction } = strip.value;
  if (!can.mute) return;
  if (!remote) return phoneHere()?.mute(!muted);
  if (await attempt(() => deskRest.mute(interaction, !muted))) mutedOnDesk.value = muted ? "" : interaction;
}

export function toggleHold(): void {
  const { can, remote, onHold, interaction } = strip.value;
  if (!can.hold) return;
  if (remote) void attempt(() => deskRest.hold(interaction, !onHold));
  else phoneHere()?.hold(!onHold);
}

/** A key for the other side: an external menu. */
export function pressKey(key: string): void {
  const { can, remote, interaction } = strip.value;
  if (!can.keys) return;
  if (remote) void attempt(() => deskRest.keys(interaction, key));
  else phoneHere()?.press(key);
}

/**
 * Rejects while it rings, ends the talk afterwards; lets the target of a consult go, leaves a talk of three.
 * The engine is asked first. The browser is the fallback where nothing but the leg's end is meant.
 */
export function hangUpOrReject(): void {
  const { can, interaction, offer, ends } = strip.value;
  if (can.reject) return end(() => rest.reject(offer), Boolean(offer));
  if (!can.hangUp) return;
  if (ends === "back") void attempt(() => deskRest.endConsult(interaction));
  else if (ends === "leave") void attempt(() => deskRest.complete(interaction));
  else if (ends === "room") leaveRoom();
  else if (ends === "listening") end(deskRest.stopListening, true);
  else endCall(interaction);
}

/** For all who are in it. */
export function endCall(interaction: string): void {
  owedEnd.value = interaction;
  end(() => rest.endCall(interaction).then(() => (owedEnd.value = "")), Boolean(interaction));
}

/** Nobody else's talk ends by it: the telephone can simply hang up. */
function leaveRoom(): void {
  phoneHere()?.hangUp();
}

/**
 * The talk whose end nobody was told of yet: while the server is away neither we nor the telephone can tell it.
 * Away for long, the telephone seems lost, and is rung for this talk again: that is not what was meant either.
 */
export const owedEnd = ref("");
watch(isFresh, (fresh) => {
  if (!fresh) return;
  const agent = myAgent.value;
  const talks = agent?.state === "talking" || agent?.state === "held";
  if (owedEnd.value && talks && agent.interaction === owedEnd.value) void rest.endCall(owedEnd.value).catch(() => undefined);
  owedEnd.value = "";
});

function end(ask: () => Promise<unknown>, engineKnows: boolean): void {
  const id = line.value.call?.id;
  if (id) happened({ kind: "stage", id, to: "ending" });
  const bySelf = () => line.value.call?.id === id && phoneHere()?.hangUp();
  if (!engineKnows || !isFresh.value) return void bySelf();
  if (!id) return void attempt(ask);
  setTimeout(bySelf, ENGINE_PATIENCE_MS);
  ask().catch(bySelf);
}
