/** Importing customers: which column goes where, what is wrong with that, and the rows that failed as a file. Pure. */
import { sentence } from "@/state/complaints";
import { csv } from "@/state/csv";
import type { ImportColumn, ImportPreview, RowError } from "@/wire/admin";
import type { Language } from "@/wire/types";

/** Fields that several columns may go to. */
const MANY = new Set(["numbers"]);
const FIELDS = ["name", "number", "numbers", "label", "tier", "company", "region", "address", "language", "notes"] as const;

const LARGEST_BYTES = 20 * 1024 * 1024;

export function fileProblem(file: { name: string; size: number }): "" | "type" | "size" {
  if (!/\.(xlsx|csv)$/i.test(file.name)) return "type";
  return file.size > LARGEST_BYTES ? "size" : "";
}

export type Mapping = Record<string, string>;

export const guessed = (columns: readonly ImportColumn[]): Mapping => Object.fromEntries(columns.map((column) => [column.name, column.field]));

/** What the columns may become: the usual fields, and any that the server guessed beside them. */
export function choices(columns: readonly ImportColumn[]): string[] {
  return [...new Set([...FIELDS, ...columns.map((column) => column.field)])].filter(Boolean);
}

/** The first thing that is wrong; empty: the columns can be taken so. */
export function mappingProblem(mapping: Mapping): { word: "" | "name" | "twice"; field: string } {
  const used = Object.values(mapping).filter(Boolean);
  const twice = used.find((field, i) => !MANY.has(field) && used.indexOf(field) !== i);
  if (twice) return { word: "twice", field: twice };
  return { word: used.includes("name") ? "" : "name", field: "" };
}

export const isRemapped = (columns: readonly ImportColumn[], mapping: Mapping): boolean => columns.some((column) => mapping[column.name] !== column.field);

/** How many rows an import will touch. */
export function willImport(preview: ImportPreview, duplicates: "skip" | "update" | "new"): number {
  return preview.new + (duplicates === "skip" ? 0 : preview.changed);
}

/** Errors as a file, one row each: where, which column, what. */
export function failedRows(errors: readonly RowError[], heads: [string, string, string], language: Language): string {
  return csv([heads, ...errors.map((error) => [error.row, error.column, sentence(error.text, language)])]);
}
