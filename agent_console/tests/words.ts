/** Both languages are there before a test begins. */
import { loadWords } from "@/text";

await Promise.all([loadWords("en"), loadWords("zh-CN")]);
