/** The system's health, asked for every few seconds while somebody looks. */
import { computed, onMounted, onUnmounted } from "vue";
import { live } from "@/app/floor";
import { loading } from "@/app/loading";
import { rest } from "@/connection/rest";
import { checksOf } from "@/state/health";

const EVERY_MS = 10_000;

export function useHealth() {
  const { value: health, error, load } = loading(rest.system);
  const timer = setInterval(load, EVERY_MS);
  onMounted(load);
  onUnmounted(() => clearInterval(timer));
  const checks = computed(() => checksOf(error.value ? null : health.value, live.value));
  return { health, error, load, checks };
}
