/** 简体中文：测试电话。 */
import type { TestPhoneTexts } from "@/text/test_phone.en";

export const testPhoneZhCn: TestPhoneTexts = {
  lead: "模拟客户来电，用于试用。",
  ready: "可以拨打",
  typeHint: "输入号码，或选择热线",
  call: "拨打",
  erase: "退格",
  lines: "热线",
  stages: {
    dialling: "正在呼叫…",
    ringing: "振铃…",
    connecting: "正在接通…",
    talking: "已接通",
    ending: "正在结束…",
  },
  steps: [
    "在另一个标签页以坐席身份登录并签入。",
    "在这里拨打热线，收听语音导航。",
    "按键选择，也可直接使用键盘。",
    "在工作台接听、通话、挂断，然后在这里评价。",
  ],
};
