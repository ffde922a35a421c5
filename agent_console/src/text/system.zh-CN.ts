/** 简体中文：系统状态。 */
import type { SystemTexts } from "@/text/system.en";

export const systemZhCn: SystemTexts = {
  title: "系统状态",
  parts: {
    page: "服务器",
    engine: "引擎",
    telephone: "电话系统",
    database: "数据库",
    journal: "日志账本",
  },
  fine: "正常",
  down: "故障",
  unknown: "未知",
  unreadable: "无法读取系统状态。",
  pages: (count) => `${count} 个页面打开`,
  phones: (count) => `${count} 部浏览器话机`,
  startedAt: (time) => `自 ${time} 起运行`,
  entries: (count) => `第 ${count.toLocaleString("zh-CN")} 条`,
  engineTells: "引擎报告",
  engineSilent: "引擎没有响应。",
};
