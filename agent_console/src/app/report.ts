/** The report that is looked at: what it is asked, and its answer. The question is kept in the address. */
import { computed, reactive, ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { now } from "@/app/clock";
import { loading } from "@/app/loading";
import { language, named, t } from "@/app/preferences";
import { r } from "@/app/report_texts";
import { agentName, centre, choiceById, queueById } from "@/app/session";
import { type ReportQuestion, reports } from "@/connection/reports";
import { daysOf, type Preset, PRESETS, presetsWithin, todayIn } from "@/state/report_period";
import { type Cell, momentIn, toldCell } from "@/state/report_table";
import type { ReportColumn, ReportDefinition } from "@/wire/types";

export interface Asked {
  preset: Preset | "custom";
  from: string;
  to: string;
  grain: string;
  /** By the names of the filters; lists with commas between. */
  narrow: Record<string, string>;
  compare: boolean;
  settings: Record<string, string>;
}

export function useReport() {
  const route = useRoute();
  const router = useRouter();
  const known = ref<ReportDefinition[]>([]);
  const error = ref<unknown>(null);
  const zone = computed(() => centre.value?.zone ?? "UTC");
  const asked = reactive<Asked>({ preset: "today", from: "", to: "", grain: "", narrow: {}, compare: false, settings: {} });
  const name = computed(() => String(route.params.name ?? ""));
  const of = computed(() => known.value.find((one) => one.name === name.value) ?? known.value[0]);

  const presets = computed(() => presetsWithin(of.value?.days ?? 0));
  /** At once: a period that is too long for the report is never asked for. */
  watch([presets, () => asked.preset], ([allowed, preset]) => {
    if (preset !== "custom" && !allowed.includes(preset)) asked.preset = "today";
  }, { flush: "sync" });

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
  const compare = computed(() => asked.compare && Boolean(of.value?.steps));
  const { value: answer, busy, error: failed, load } = loading(() => reports.one(of.value?.name ?? "", { ...question.value, compare: compare.value || undefined }));

  async function begin(): Promise<void> {
    try {
      known.value = (await reports.all()).reports;
      const preset = String(route.query.period ?? "");
      if (PRESETS.includes(preset as Preset)) asked.preset = preset as Preset;
    } catch (failure) {
      error.value = failure;
    }
  }
  /** Days change with the clock: the text is what is watched. */
  const key = computed(() => JSON.stringify([of.value?.name, question.value, compare.value]));
  watch(key, () => {
    if (of.value && question.value.from && question.value.to) void load();
  });
  watch(
    () => asked.preset,
    (preset) => void router.replace({ params: route.params, query: preset === "custom" ? {} : { period: preset } }),
  );
  void begin();

  /** A cell in words, with the names of the centre. */
  function told(cell: Cell, column: ReportColumn): string {
    if (cell === null || cell === "") return "–";
    if (typeof cell === "number" && column.kind === "moment") return momentIn(cell, zone.value, language.value, column.id === "from_at" ? (answer.value?.period.grain ?? "") : "");
    if (typeof cell === "number" && column.id === "weekday") return r.value.weekdays[cell] ?? String(cell);
    if (typeof cell === "number") return toldCell(cell, column.kind);
    if (column.kind === "queue") return named(queueById(cell)?.name) || cell;
    if (column.kind === "agent") return `${cell} ${agentName(cell)}`.trim();
    if (column.kind === "disposition") return named(choiceById(centre.value?.dispositions, cell)?.name) || cell;
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
    const column: ReportColumn = { id: filter, kind, name: { "zh-CN": "", en: "" }, figure: "", drill: "" };
    return values.split(",").filter(Boolean).map((value) => told(value, column)).join(", ");
  }
  return { known, of, asked, presets, question, compare, answer, busy, error, failed, load, told, narrowed, zone };
}
