/** A waiting caller that is dragged: what it may be dropped on says so itself. */
import { computed, ref, shallowRef } from "vue";
import { isFresh } from "@/app/floor";
import type { CallView } from "@/wire/types";

const dragged = shallowRef<CallView | null>(null);

export function dragStart(event: DragEvent, call: CallView): void {
  dragged.value = call;
  event.dataTransfer?.setData("text/plain", call.id);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
}

export const dragEnd = () => (dragged.value = null);

/** `over` while something that `takes` accepts is held above; `drop` are the listeners. */
export function useDrop(takes: (call: CallView) => boolean, act: (call: CallView) => unknown) {
  const inside = ref(false);
  const welcome = () => isFresh.value && dragged.value !== null && takes(dragged.value);
  const over = computed(() => inside.value && welcome());
  const drop = {
    dragover: (event: DragEvent) => {
      if (!welcome()) return;
      event.preventDefault();
      inside.value = true;
    },
    dragleave: () => (inside.value = false),
    drop: (event: DragEvent) => {
      inside.value = false;
      const call = dragged.value;
      if (!call || !welcome()) return;
      event.preventDefault();
      dragged.value = null;
      void act(call);
    },
  };
  return { over, drop };
}
