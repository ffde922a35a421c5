/** One ticking clock for every timer on the page, set by the server's. */
import { ref } from "vue";

const TOLERATED_S = 2;
let ahead_s = 0;

/** Seconds since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() / 1000 + ahead_s;
}

/** The server's clock as told with an answer; a difference of a second or two is only the network's. */
export function setByServer(server_at: number): void {
  const difference_s = server_at - Date.now() / 1000;
  ahead_s = Math.abs(difference_s) > TOLERATED_S ? difference_s : 0;
}

/** Ticks four times a second, so that no timer lags its second visibly. */
export const now = ref(serverNow());
setInterval(() => {
  now.value = serverNow();
}, 250);
