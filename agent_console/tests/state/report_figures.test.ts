import { expect, it } from "vitest";
import { leading } from "@/state/report_figures";
import type { ReportTile } from "@/wire/types";

const tile = (figure: string) => ({ column: { id: figure, figure }, value: 1, before: null }) as unknown as ReportTile;
const named = (tiles: readonly ReportTile[]) => tiles.map((one) => one.column.figure);
const others = Array.from({ length: 9 }, (_, n) => tile(`other_${n}`));

it("shows all of a few figures", () => {
  expect(leading(others.slice(0, 8))).toHaveLength(8);
});
it("shows what a report is opened for, in its order", () => {
  expect(named(leading([...others, tile("answered"), tile("service_level")]))).toEqual(["answered", "service_level"]);
});
it("shows the first where none of them leads, and never more than eight", () => {
  expect(named(leading(others))).toEqual(named(others.slice(0, 8)));
  const many = ["offered", "answered", "answer_rate", "service_level", "abandon_rate", "asa_s", "aht_s", "csat", "handled"];
  expect(leading(many.map(tile))).toHaveLength(8);
});
