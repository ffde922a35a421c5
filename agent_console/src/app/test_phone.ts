/** The test phone: plays the caller. A telephone of its own, apart from the agent's. */
import { shallowRef } from "vue";
import { serverNow } from "@/app/clock";
import { microphone } from "@/app/preferences";
import { tryMicrophone } from "@/connection/devices";
import type { BrowserPhone } from "@/connection/phone";
import { askForPhone, type Held } from "@/connection/phone_lock";
import { rest } from "@/connection/rest";
import { idleLine, type Line, lineAfter, type LineEvent } from "@/state/line";
import type { TestPhone } from "@/wire/types";

export function useTestPhone() {
  const line = shallowRef<Line>(idleLine);
  const account = shallowRef<TestPhone | null>(null);
  const error = shallowRef<unknown>(null);
  let phone: BrowserPhone | null = null;
  let lock: Held | null = null;
  const happened = (event: LineEvent) => (line.value = lineAfter(line.value, event, serverNow()));

  async function start(): Promise<void> {
    error.value = null;
    try {
      account.value = await rest.testPhone();
    } catch (failure) {
      error.value = failure;
      return;
    }
    if (!window.isSecureContext) return void happened({ kind: "registration", to: "unfit" });
    const elsewhere = () => happened({ kind: "registration", to: "elsewhere" });
    await askForPhone("test-phone", { taken: (held) => void register(held), elsewhere, lost: elsewhere });
  }

  async function register(held: Held): Promise<void> {
    lock = held;
    if (!account.value) return;
    const { BrowserPhone } = await import("@/connection/phone");
    phone = new BrowserPhone(account.value, happened, () => microphone.value);
    phone.start();
  }

  async function dial(number: string): Promise<void> {
    if ((await tryMicrophone()) === "ok") phone?.dial(number);
    else line.value = { ...line.value, problem: "microphone" };
  }

  function stop(): void {
    phone?.stop();
    lock?.release();
  }

  return { line, account, error, start, stop, dial, hangUp: () => phone?.hangUp(), press: (key: string) => phone?.press(key) };
}
