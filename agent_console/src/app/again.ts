/** Loading again what has changed: at once after a quiet moment, else once in a while, the last change included. */
import { onScopeDispose, type WatchSource, watch } from "vue";

const LEAST_MS = 3000;

/** On a busy floor calls end by the second; nobody reads figures that fast, and every look costs the server. */
export function loadAgain(changes: WatchSource, load: () => unknown, leastMs = LEAST_MS): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  let missed = false;
  const rested = () => {
    resting = undefined;
    if (missed) act();
  };
  function act(): void {
    missed = false;
    resting = setTimeout(rested, leastMs);
    void load();
  }
  watch(changes, () => (resting === undefined ? act() : (missed = true)));
  onScopeDispose(() => clearTimeout(resting), true);
}
