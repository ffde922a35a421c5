/** 简体中文：从第一个页面起就要用到的。 */
import elements from "element-plus/es/locale/lang/zh-cn";
import { deskZhCn } from "@/text/desk.zh-CN";
import { zhCn } from "@/text/zh-CN";

export const words = { core: zhCn, desk: deskZhCn, elements };
