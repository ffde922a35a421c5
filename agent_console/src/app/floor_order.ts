/** An order that does not change under the mouse: it stands while the pointer or the focus is inside. */
import { type Ref, ref, watch } from "vue";
import { keptOrder } from "@/state/floor_queues";

export function steadyOrder<Entry>(entries: Ref<readonly Entry[]>, idOf: (entry: Entry) => string) {
  const pointed = ref(false);
  const focused = ref(false);
  const ids = ref<string[]>([]);
  const inOrder = ref<Entry[]>([]) as Ref<Entry[]>;
  watch(
    [entries, pointed, focused],
    () => {
      const known = new Map(entries.value.map((entry) => [idOf(entry), entry]));
      ids.value = keptOrder(ids.value, [...known.keys()], pointed.value || focused.value);
      inOrder.value = ids.value.map((id) => known.get(id)).filter((entry) => entry !== undefined) as Entry[];
    },
    { immediate: true },
  );
  /** A choice of the reader's is followed at once. */
  function sortNow(): void {
    ids.value = [];
    inOrder.value = [...entries.value];
    ids.value = entries.value.map(idOf);
  }
  const inside = {
    mouseenter: () => (pointed.value = true),
    mouseleave: () => (pointed.value = false),
    focusin: () => (focused.value = true),
    focusout: () => (focused.value = false),
  };
  return { inOrder, inside, sortNow };
}
