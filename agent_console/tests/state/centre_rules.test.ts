import { describe, expect, it } from "vitest";
import { isAlways, isOpenAt, localTime, timeOf, week } from "@/state/centre_rosters";
import { isBlocked, tried, type TriedCall } from "@/state/centre_rules";
import { centre } from "./centre_fixture";

/** In Shanghai. */
const moment = (local: string) => Date.parse(`${local}:00+08:00`) / 1000;
const call = (given: Partial<TriedCall>): TriedCall => ({ caller: "13900139000", dialled: "4001", tier: "", language: "", at: moment("2026-03-10T10:00"), ...given });
const decides = (given: Partial<TriedCall>) => tried(centre, call(given)).find((one) => one.decides)?.rule;

describe("a roster", () => {
  it("is open in its shifts, on the wall clock of its zone", () => {
    expect(["2026-03-10T08:59", "2026-03-10T09:00", "2026-03-10T17:59", "2026-03-10T18:00", "2026-03-14T10:00"].map((at) => isOpenAt(centre, "office", moment(at)))).toEqual([false, true, true, false, false]);
  });

  it("reaches into the next day at night", () => {
    expect(["2026-03-13T23:00", "2026-03-14T05:59", "2026-03-14T06:00"].map((at) => isOpenAt(centre, "office", moment(at)))).toEqual([true, true, false]);
  });

  it("is closed on holidays unless an exception says otherwise", () => {
    expect(["2026-03-03T10:00", "2026-03-04T10:00", "2026-03-04T12:00", "2026-03-05T10:00"].map((at) => isOpenAt(centre, "office", moment(at)))).toEqual([false, true, false, true]);
  });

  it("is drawn with what reaches over from the day before, Sunday into Monday too", () => {
    const night = week([{ days: ["sun", "mon"], from: "22:00", to: "02:00" }, { days: ["mon"], from: "01:00", to: "03:00" }]);
    expect(night[0]).toEqual([{ from: 0, to: 180 }, { from: 1320, to: 1440 }]);
    expect(night[1]).toEqual([{ from: 0, to: 120 }]);
  });

  it("is open around the clock when every day is full", () => {
    expect(isAlways([{ days: ["mon"], from: "00:00", to: "24:00" }])).toBe(false);
    expect(timeOf(1440)).toBe("24:00");
    expect(localTime(moment("2026-03-10T10:05"), "Asia/Shanghai")).toEqual({ date: "2026-03-10", weekday: 1, minute: 605 });
  });
});

describe("inbound rules", () => {
  it("decide in their order, the first whose every condition holds", () => {
    expect(decides({ tier: "A" })).toBe("vip");
    expect(decides({ tier: "A", dialled: "4002" })).toBe("english");
    expect(decides({})).toBeUndefined();
  });

  it("know numbers with and without their country, and withheld ones", () => {
    const night = moment("2026-03-10T20:00");
    expect(decides({ caller: "+8613800138000", at: night })).toBe("night");
    expect(decides({ caller: "13800138000", at: night })).toBe("night");
    expect(decides({ caller: "", at: night })).toBe("night");
    expect(decides({ caller: "", at: moment("2026-03-10T10:00") })).toBeUndefined();
  });

  it("say which condition does not hold", () => {
    expect(tried(centre, call({ tier: "A", dialled: "4002", language: "zh-CN" })).map((one) => one.fails)).toEqual(["dialled", "callers", "languages"]);
  });

  it("come after the blacklist, which ends on its last day", () => {
    expect(isBlocked(centre, call({ caller: "13700137000" }), "2026-06-30")).toBe(true);
    expect(isBlocked(centre, call({ caller: "13700137000" }), "2026-07-01")).toBe(false);
    expect(isBlocked(centre, call({}), "2026-06-30")).toBe(false);
  });
});

describe("a caller's number", () => {
  it("is compared as the centre writes numbers: first digits without their country fit none", () => {
    const short = { ...centre, blacklist: [{ number: "137", reason: "x", until: null }, { number: "13800000001", reason: "x", until: null }] };
    expect(isBlocked(short, call({ caller: "13700137000" }), "2026-01-01")).toBe(false);
    expect(isBlocked(short, call({ caller: "+8613800000001" }), "2026-01-01")).toBe(true);
  });
});
