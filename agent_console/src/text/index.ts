/** The dictionaries, by language. */
import { en, type Texts } from "@/text/en";
import { zhCn } from "@/text/zh-CN";
import type { Language } from "@/wire/types";

export const texts: Record<Language, Texts> = { "zh-CN": zhCn, en };
