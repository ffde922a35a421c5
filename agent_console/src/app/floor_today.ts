/** Today by the quarter of an hour, for the chosen queue; refreshed while somebody looks. */
import { computed, onUnmounted, watch } from "vue";
import { loadAgain } from "@/app/again";
import { now } from "@/app/clock";
import { isFresh, live } from "@/app/floor";
import { choice } from "@/app/floor_choice";
import { loading } from "@/app/loading";
import { floorRest } from "@/connection/floor";
import { quarters, summed } from "@/state/today";

const EVERY_MS = 20_000;

export function useToday() {
  const { value, error, load } = loading(() => floorRest.today(choice.queue));
  const timer = setInterval(() => !document.hidden && load(), EVERY_MS);
  onUnmounted(() => clearInterval(timer));
  watch(
    () => choice.queue,
    () => {
      value.value = null;
      void load();
    },
    { immediate: true },
  );
  loadAgain(() => live.value.stored.at(-1), load);
  /** By the minute: the quarters change no oftener. */
  const minute = computed(() => Math.floor(now.value / 60) * 60);
  const intervals = computed(() => (value.value ? quarters(value.value, minute.value) : []));
  const sums = computed(() => summed(intervals.value));
  const isStale = computed(() => !isFresh.value || error.value !== null);
  return { today: value, error, load, intervals, sums, isStale };
}
