/** Keys for what hands do a hundred times a day. Alt and a letter: typing a note never triggers one. */
import { onMounted, onUnmounted } from "vue";

const KEYS = {
  answer: "KeyA",
  hangUp: "KeyX",
  hold: "KeyH",
  mute: "KeyM",
  state: "KeyR",
  newCard: "KeyN",
  note: "KeyT",
  done: "KeyG",
  keypad: "KeyK",
  transfer: "KeyF",
  complete: "KeyE",
  share: "KeyJ",
  back: "KeyB",
  directory: "KeyP",
  recording: "KeyC",
} as const;

export type Shortcut = keyof typeof KEYS;
export const SHORTCUTS = Object.keys(KEYS) as Shortcut[];

const isMac = navigator.platform.startsWith("Mac");

export function keyText(shortcut: Shortcut): string {
  return (isMac ? "⌥" : "Alt+") + KEYS[shortcut].slice(3);
}

export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** Single keys, for when nothing is being typed: `?` for help, `n` for a new card. */
export function usePlainKeys(acts: Record<string, () => void>): void {
  function pressed(event: KeyboardEvent): void {
    const act = acts[event.key.toLowerCase()];
    if (!act || event.altKey || event.ctrlKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    event.preventDefault();
    act();
  }
  onMounted(() => window.addEventListener("keydown", pressed));
  onUnmounted(() => window.removeEventListener("keydown", pressed));
}

/** Active while the component that asks is on the page. */
export function useShortcuts(acts: Partial<Record<Shortcut, () => void>>): void {
  function pressed(event: KeyboardEvent): void {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    for (const [name, act] of Object.entries(acts)) {
      if (KEYS[name as Shortcut] !== event.code) continue;
      event.preventDefault();
      act();
    }
  }
  onMounted(() => window.addEventListener("keydown", pressed));
  onUnmounted(() => window.removeEventListener("keydown", pressed));
}
