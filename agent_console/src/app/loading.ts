/** Something that is fetched: its value, whether it is on its way, why it failed. */
import { type Ref, ref, shallowRef } from "vue";

export interface Loaded<T> {
  value: Ref<T | null>;
  busy: Ref<boolean>;
  error: Ref<unknown>;
  load(): Promise<void>;
}

/** Of answers that overtake each other the last question's counts. */
export function loading<T>(fetch: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T | null>(null) as Ref<T | null>;
  const busy = ref(false);
  const error = ref<unknown>(null);
  let asked = 0;
  async function load(): Promise<void> {
    asked += 1;
    const mine = asked;
    busy.value = true;
    try {
      const answer = await fetch();
      if (mine !== asked) return;
      value.value = answer;
      error.value = null;
    } catch (failure) {
      if (mine === asked) error.value = failure;
    } finally {
      if (mine === asked) busy.value = false;
    }
  }
  return { value, busy, error, load };
}
