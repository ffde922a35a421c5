/** Why a form was refused: what the server says of the field, or the words for the error. */
import { wordsFor } from "@/app/toasts";
import { Refusal } from "@/connection/rest";

export function whyRefused(error: unknown): string {
  const told = error instanceof Refusal && error.word === "bad_value" && error.message;
  return told ? `${wordsFor(error)} ${told}` : wordsFor(error);
}
