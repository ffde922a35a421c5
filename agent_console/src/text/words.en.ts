/** English from the first page on. What only some pages say is loaded with them. */
import elements from "element-plus/es/locale/lang/en";
import { deskEn } from "@/text/desk.en";
import { en } from "@/text/en";

export const words = { core: en, desk: deskEn, elements };
