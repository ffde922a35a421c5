import { describe, expect, it } from "vitest";
import { browserOf, judgeClock, judgeEcho, judgeMicrophone, judgeSecure, judgeServer, judgeSocket, nothingYet, worstOf } from "@/state/doctor";
import type { Quality } from "@/state/quality";

const said = ({ verdict, finding }: { verdict: string; finding: string }) => `${verdict} ${finding}`;
const DAY = 86_400;
const quality = (given: Partial<Quality>): Quality => ({ grade: "good", trouble: "", round_trip_ms: 20, jitter_ms: 3, lost: 0, sent_lost: 0, ...given });
const tls = (days: number, host_matches = true) => ({ used: true, certificate_until: days * DAY, host_matches });

const echo = (delays_ms: number[], given: Partial<Quality> = {}) => judgeEcho({ connected_ms: 200, sent: 5, delays_ms, quality: quality(given) });

describe("the check-up", () => {
  it("finds out whether the page is trusted, and until when", () => {
    const page = { secure: true, https: true };
    expect(said(judgeSecure({ secure: false, https: false }, null, 0))).toBe("bad insecure");
    expect(said(judgeSecure({ secure: true, https: false }, null, 0))).toBe("good local");
    expect([tls(90), tls(5), tls(-1), tls(90, false)].map((one) => said(judgeSecure(page, one, 0)))).toEqual(["good encrypted_until", "warn ending", "bad ended", "warn other_host"]);
  });

  it("judges the way to the server by its median, and by what got lost", () => {
    expect(judgeServer([10, 900, 12], 3)).toEqual({ verdict: "good", finding: "quick", figures: { ms: 12 } });
    expect([judgeServer([400, 400], 2), judgeServer([1500], 1), judgeServer([10], 3), judgeServer([], 3)].map(said)).toEqual(["warn slow", "bad very_slow", "warn lossy", "bad silent"]);
  });

  it("tells a clock that is fast from one that is slow", () => {
    expect([judgeClock(0.8), judgeClock(20), judgeClock(-300), judgeClock(null)].map(said)).toEqual(["good right", "warn ahead", "bad behind", "skipped untold"]);
  });

  it("knows a websocket that opens from one that also speaks", () => {
    expect([judgeSocket({ opened_ms: null, answered_ms: null }), judgeSocket({ opened_ms: 9, answered_ms: null }), judgeSocket({ opened_ms: 9, answered_ms: 20 })].map(said)).toEqual(["bad closed", "bad mute", "good open"]);
  });

  it("hears speech, faint speech and silence", () => {
    expect([0.6, 0.3, 0.1].map((peak) => said(judgeMicrophone(peak, "x")))).toEqual(["good heard", "warn faint", "bad nothing"]);
  });

  it("judges an echo call by tones and counters", () => {
    expect(echo([120, 110, 130, 120, 125]).figures).toMatchObject({ heard: 5, delay_ms: 120, round_trip_ms: 20, lost: 0 });
    expect([echo([]), echo([], { grade: "poor", trouble: "nothing" }), echo([500, 500, 500, 500, 500]), echo([100, 100]), echo([100, 100, 100, 100, 100], { grade: "poor", trouble: "loss" })].map(said)).toEqual(
      ["bad no_tone", "bad no_sound", "warn delay", "warn loss", "bad loss"],
    );
  });

  it("knows browsers that call themselves by several names", () => {
    const names = ["Mozilla Chrome/126 Safari/537 Edg/126", "Mozilla Chrome/126 Safari/537", "Gecko Firefox/128", "Version/17 Safari/605", "curl"];
    expect(names.map(browserOf)).toEqual(["edge", "chrome", "firefox", "safari", "other"]);
  });

  it("is summed up by the worst", () => {
    const good = { verdict: "good" as const, finding: "", figures: {} };
    const all = Object.fromEntries(Object.keys(nothingYet()).map((check) => [check, good])) as ReturnType<typeof nothingYet>;
    expect([worstOf(nothingYet()), worstOf(all), worstOf({ ...all, echo: { ...good, verdict: "bad" } })]).toEqual(["open", "good", "bad"]);
  });
});
