import { describe, expect, it } from "vitest";
import { barOf, hoursTold, later, mondayOf, rowsOf, weekOf } from "@/state/shifts";
import type { PlannedList, PlannedShift } from "@/wire/types";

const ZONE = "Asia/Shanghai";
const at = (clock: string) => new Date(`2026-11-30T${clock}:00+08:00`).getTime() / 1000;
const shift = (from: string, to: string, more: Partial<PlannedShift> = {}): PlannedShift => ({ agent: "8001", day: "2026-11-30", begin_at: at(from), end_at: at(to) > at(from) ? at(to) : at(to) + 86_400, activity: "work", paid: true, ...more });
const list = (...shifts: PlannedShift[]): PlannedList => ({ zone: ZONE, agents: [{ id: "8001", name: "Li Na" }, { id: "8002", name: "Wang" }], shifts });
const names = (planned: boolean, text: string) => rowsOf(list(shift("08:00", "12:00")), weekOf("2026-11-30"), planned, text).map((row) => row.agent.id);

describe("a week of planned shifts", () => {
  it("begins on Monday, whatever the day", () => {
    expect(mondayOf("2026-11-30")).toBe("2026-11-30");
    expect(mondayOf("2026-12-06")).toBe("2026-11-30");
    expect(weekOf("2026-12-28").at(-1)).toBe("2027-01-03");
    expect(later("2026-03-01", -1)).toBe("2026-02-28");
    expect([hoursTold(135_000), hoursTold(0)]).toEqual(["37:30", "0:00"]);
  });

  it("places a stretch on the clock of the centre, and cuts a night at midnight", () => {
    expect(barOf(shift("06:00", "12:00"), ZONE)).toMatchObject({ left: 0.25, width: 0.25, from: "06:00", to: "12:00" });
    expect(barOf(shift("18:00", "06:00"), ZONE)).toMatchObject({ left: 0.75, width: 0.25, from: "18:00", to: "06:00" });
    expect(barOf(shift("12:00", "00:00"), ZONE)).toMatchObject({ width: 0.5, to: "24:00" });
  });

  it("adds up an agent's week and what of it is paid", () => {
    const [row] = rowsOf(list(shift("08:00", "12:00"), shift("12:00", "13:00", { activity: "break", paid: false })), weekOf("2026-11-30"), true, "");
    expect([row?.planned_s, row?.paid_s, row?.days[0]?.span, row?.days[1]?.span]).toEqual([18_000, 14_400, "08:00–13:00", ""]);
  });

  it("shows whom one types, and those without shifts when they are wanted", () => {
    expect(names(false, "")).toEqual(["8001", "8002"]);
    expect(names(true, "")).toEqual(["8001"]);
    expect(names(false, " WANG")).toEqual(["8002"]);
    expect(names(false, "8001")).toEqual(["8001"]);
  });
});
