import { describe, expect, it } from "vitest";
import { abandonRate, answerSpeed, columns, inZone, quarters, serviceLevel, summed } from "@/state/today";
import type { Interval } from "@/wire/floor";

const quarter = (at: number, given: Partial<Interval> = {}): Interval => ({
  at, offered: 0, answered: 0, within: 0, abandoned: 0, short: 0, flowed_out: 0, callbacks: 0, wait_s: 0, talk_s: 0, handled: 0, ...given,
});
const today = (...intervals: Interval[]) => ({ from_at: 0, step_s: 900, intervals });

describe("today by the quarter of an hour", () => {
  it("has a service level of answered within the target / (offered - short abandons)", () => {
    expect(serviceLevel(quarter(0, { offered: 12, short: 2, within: 8 }))).toBe(0.8);
    expect(serviceLevel(quarter(0, { offered: 2, short: 2 }))).toBeNull();
  });

  it("has an abandon rate without short ones, and a speed of answer over the answered", () => {
    expect(abandonRate(quarter(0, { offered: 12, short: 2, abandoned: 4 }))).toBe(0.2);
    expect(answerSpeed(quarter(0, { answered: 4, wait_s: 50 }))).toBe(12.5);
    expect(answerSpeed(quarter(0))).toBeNull();
  });

  it("fills quiet quarters and begins with the first call, at least two hours wide", () => {
    const all = quarters(today(quarter(900 * 30, { offered: 2 }), quarter(900 * 33, { offered: 1 })), 900 * 41 + 5);
    expect(all).toHaveLength(12);
    expect(all[0]).toMatchObject({ at: 900 * 30, offered: 2 });
    expect(all[1]).toMatchObject({ at: 900 * 31, offered: 0 });
    expect(all.at(-1)?.at).toBe(900 * 41);
    expect(quarters(today(quarter(900 * 40, { offered: 1 })), 900 * 41)).toHaveLength(8);
  });

  it("does not begin before midnight", () => {
    expect(quarters(today(), 900 * 2 + 1).map((one) => one.at)).toEqual([0, 900, 1800]);
  });

  it("sums up", () => {
    const sums = summed([quarter(0, { offered: 3, within: 2 }), quarter(900, { offered: 4, within: 1, wait_s: 9 })]);
    expect(sums).toMatchObject({ offered: 7, within: 3, wait_s: 9 });
  });

  it("becomes columns with the level in percent, and a gap where nothing was offered", () => {
    expect(columns([quarter(0, { offered: 4, answered: 3, abandoned: 1, within: 3 }), quarter(900)])).toEqual([
      [0, 900], [4, 0], [3, 0], [1, 0], [75, null],
    ]);
  });

  it("is read in the centre's clock", () => {
    expect(inZone(0, "Asia/Shanghai")).toBe("08:00");
    expect(inZone(0, "UTC")).toBe("00:00");
  });
});
