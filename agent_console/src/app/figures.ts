/** Today's figures of the queues, refreshed while somebody looks. */
import { onMounted, onUnmounted, watch } from "vue";
import { live } from "@/app/floor";
import { loading } from "@/app/loading";
import { rest } from "@/connection/rest";

const EVERY_MS = 15_000;

export function useQueuesToday() {
  const loaded = loading(rest.queuesToday);
  const timer = setInterval(loaded.load, EVERY_MS);
  onMounted(loaded.load);
  onUnmounted(() => clearInterval(timer));
  watch(() => live.value.stored.at(-1), loaded.load);
  return loaded;
}
