/** Today's figures of the queues, and how well waits were foretold; refreshed while somebody looks. */
import { onMounted, onUnmounted } from "vue";
import { loadAgain } from "@/app/again";
import { live } from "@/app/floor";
import { loading } from "@/app/loading";
import { rest } from "@/connection/rest";

const EVERY_MS = 15_000;

export const useQueuesToday = () => refreshed(rest.queuesToday);
export const useForecasts = () => refreshed(rest.forecasts);

function refreshed<T>(fetch: () => Promise<T>) {
  const loaded = loading(fetch);
  const timer = setInterval(loaded.load, EVERY_MS);
  onMounted(loaded.load);
  onUnmounted(() => clearInterval(timer));
  loadAgain(() => live.value.stored.at(-1), loaded.load);
  return loaded;
}
