/** What the server says in both languages about something that was written, as the reader reads it. Pure. */
import type { Language, Text } from "@/wire/types";

/** English sentences come without their capital letter: they may stand behind the name of a field. */
export function sentence(text: Text, language: Language): string {
  const said = text[language];
  return language === "en" ? said.charAt(0).toUpperCase() + said.slice(1) : said;
}
