/** Why a call waits: asked for again and again while somebody looks, and whenever the call itself changes. */
import { onUnmounted, watch } from "vue";
import { floor, isFresh } from "@/app/floor";
import { loading } from "@/app/loading";
import { rest } from "@/connection/rest";

const EVERY_MS = 2_000;

/** `call` gives the id; empty while nothing is open. */
export function useWhy(call: () => string) {
  const loaded = loading(() => rest.why(call()));
  const ask = () => {
    if (call()) void loaded.load();
  };
  /** What is over does not change any more. */
  const goesOn = () => !loaded.value.value || loaded.value.value.live !== null || Boolean(floor.value?.calls[call()]);
  const timer = setInterval(() => isFresh.value && !document.hidden && goesOn() && ask(), EVERY_MS);
  onUnmounted(() => clearInterval(timer));
  watch(
    call,
    () => {
      loaded.value.value = null;
      loaded.error.value = null;
      ask();
    },
    { immediate: true },
  );
  watch(() => floor.value?.calls[call()], ask);
  return loaded;
}
