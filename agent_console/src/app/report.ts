/** The report that is looked at: what it is asked, and its answer. The question is kept in the address. */
import { computed, reactive, ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { now } from "@/app/clock";
import { loading } from "@/app/loading";
import { flowName } from "@/app/node_titles";
import { language, named, t } from "@/app/preferences";
import { r } from "@/app/report_texts";
import { agentName, centre, choiceById, queueById } from "@/app/session";
import { type ReportQuestion, reports } from "@/connection/reports";
import { addressOf, type Asked, NOTHING, readAddress, type Wrong } from "@/state/report_address";
import { presentName, tableNames } from "@/state/report_behind";
import { comparable } from "@/state/report_compare";
import { daysOf, presetsWithin, todayIn } from "@/state/report_period";
import { type Cell, momentIn, toldCell } from "@/state/report_table";
import type { ReportColumn, ReportDefinition } from "@/wire/types";

export function useReport() {
  const route = useRoute();
  const router = useRouter();
  const known = ref<ReportDefinition[]>([]);
  const error = ref<unknown>(null);
  const zone = computed(() => centre.value?.zone ?? "UTC");
  const asked = reactive<Asked>({ ...NOTHING });
  const wrong = ref<Wrong[]>([]);
  /** On the way to another page it stays as it was. */
  const name = computed<string>((before) => (route.name === "reports" ? String(route.params.name ?? "") : (before ?? "")));
  /** Without a name the first one; none: there is no such report, or not for this reader. */
  const of = computed(() => (name.value ? known.value.find((one) => one.name === name.value) : known.value[0]));
  const presets = computed(() => presetsWithin(of.value?.days ?? 0));

  /** The address that `asked` was read from last: what differs from it was chosen since. */
  let settled = "";
  const written = computed(() => (of.value ? JSON.stringify(addressOf(asked, of.value)) : ""));
  watch([of, () => route.query], read, { flush: "sync" });
  watch(written, () => {
    if (of.value && written.value !== settled) void go();
  });
  function read(): void {
    if (!of.value || route.name !== "reports") return;
    const found = readAddress(route.query, of.value, asked);
    wrong.value = found.wrong;
    Object.assign(asked, found.asked);
    settled = written.value;
  }
  /** To the report that is asked for now, as a page of its own; another table of it is none. */
  function go(): Promise<unknown> {
    const query = of.value ? addressOf(asked, of.value) : {};
    const to = { name: "reports", params: { name: of.value?.name ?? "" }, query };
    const same = JSON.stringify({ ...query, table: "" }) === JSON.stringify({ ...route.query, table: "" });
    return same || wrong.value.length ? router.replace(to) : router.push(to);
  }
  /** The same period and filters, as far as the other report takes them. */
  const elsewhere = (one: ReportDefinition) => ({ name: "reports", params: { name: one.name }, query: addressOf({ ...asked, table: "" }, one) });

  const question = computed<ReportQuestion>(() => {
    const [from, to] = asked.preset === "custom" ? [asked.from, asked.to] : daysOf(asked.preset, todayIn(zone.value, now.value));
    const filters = of.value?.filters ?? [];
    const chosen = Object.fromEntries((of.value?.settings ?? []).map((one) => [one, asked.settings[one]]));
    return {
      from,
      to,
      grain: of.value?.steps ? asked.grain : "",
      ...Object.fromEntries(filters.map((one) => [one, asked.narrow[one]])),
      ...chosen,
    };
  });
  const compare = computed(() => Boolean(asked.compare && of.value?.steps));
  /** With which period, as the server is asked. */
  const compared = computed(() => (compare.value ? { compare: asked.compare, before_from: asked.compare === "own" ? asked.before_from : undefined } : {}));
  /** A period that was made longer may reach into what it was compared with. */
  const beside = computed(() => comparable(String(question.value.from), String(question.value.to)));
  watch(beside, (all) => {
    if (asked.compare && !wrong.value.length && !all.includes(asked.compare)) asked.compare = "before";
  });
  /** Without a comparison there is no table of the earlier period. */
  watch(compare, (on) => (asked.table = on ? asked.table : presentName(asked.table)), { flush: "sync" });
  const { value: answer, busy, error: failed, load } = loading(() => reports.one(of.value?.name ?? "", { ...question.value, ...compared.value }));

  async function begin(): Promise<void> {
    try {
      known.value = (await reports.all()).reports;
    } catch (failure) {
      error.value = failure;
    }
  }
  /** Days change with the clock: the text is what is watched. */
  const key = computed(() => JSON.stringify([of.value?.name, question.value, compared.value, wrong.value.length]));
  watch(key, () => {
    if (of.value && !wrong.value.length) void load();
  });
  void begin();

  /** All that is wrong with the address; a table's name is known to be wrong when its report has come. */
  const refused = computed<Wrong[]>(() => {
    const tables = answer.value?.report === of.value?.name && answer.value ? tableNames(answer.value, compare.value) : [];
    if (!asked.table || !tables.length || tables.includes(asked.table)) return wrong.value;
    return [...wrong.value, { key: "table", value: asked.table, word: "not_among", allowed: tables }];
  });
  function withoutRefused(): Promise<unknown> {
    if (refused.value.some((one) => one.key === "table")) asked.table = "";
    return go();
  }

  /** A cell in words, with the names of the centre. */
  function told(cell: Cell, column: ReportColumn): string {
    if (cell === null || cell === "") return "–";
    if (typeof cell === "number" && column.kind === "moment") return momentIn(cell, zone.value, language.value, column.id === "from_at" ? (answer.value?.period.grain ?? "") : "");
    if (typeof cell === "number" && column.id === "weekday") return r.value.weekdays[cell] ?? String(cell);
    if (typeof cell === "number") return toldCell(cell, column.kind);
    const called = answer.value?.names[column.id]?.[cell];
    if (called) return named(called);
    if (column.kind === "queue") return named(queueById(cell)?.name) || cell;
    if (column.kind === "agent") return `${cell} ${agentName(cell)}`.trim();
    if (column.kind === "disposition") return named(choiceById(centre.value?.dispositions, cell)?.name) || cell;
    if (column.id === "flow" || column.id === "survey") return flowName(cell);
    if (column.id === "state") return (t.value.states as Record<string, string>)[cell] ?? r.value.states[cell as "signed_in"] ?? cell;
    if (column.id === "result") return r.value.results[cell as "queue"] ?? cell;
    if (column.id === "activity") return r.value.planned(r.value.activities[cell.replace("planned_", "") as "work"] ?? cell);
    if (column.id === "direction") return r.value.directions[cell as "inbound"] ?? cell;
    if (column.kind === "choice") return named(choiceById(centre.value?.pause_reasons, cell)?.name) || cell;
    return cell;
  }
  const KINDS = { queues: "queue", agents: "agent", dispositions: "disposition" } as const;
  /** The values of a filter in words; empty when it narrows nothing. */
  function narrowed(filter: string, values: string): string {
    if (filter === "direction") return values && (r.value.directions[values as "inbound"] ?? values);
    const kind = KINDS[filter as "queues"] ?? "text";
    const column: ReportColumn = { id: filter, kind, name: { "zh-CN": "", en: "" }, figure: "", drill: "", time: "" };
    return values.split(",").filter(Boolean).map((value) => told(value, column)).join(", ");
  }
  return { known, of, name, asked, refused, withoutRefused, elsewhere, presets, question, compared, beside, answer, busy, error, failed, load, told, narrowed, zone };
}
