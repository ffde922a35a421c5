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
} as const;

export type Shortcut = keyof typeof KEYS;

const isMac = navigator.platform.startsWith("Mac");

export function keyText(shortcut: Shortcut): string {
  return (isMac ? "⌥" : "Alt+") + KEYS[shortcut].slice(3);
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
