/** Why a form was refused: what the server says of it in the reader's language, or the words for the error. */
import { language } from "@/app/preferences";
import { wordsFor } from "@/app/toasts";
import { Refusal } from "@/connection/rest";
import { sentence } from "@/state/complaints";

/** The server's details; empty where the error's word says it all. */
export const detailsOf = (error: unknown): string => (error instanceof Refusal && error.text ? sentence(error.text, language.value) : "");

export const whyRefused = (error: unknown): string => detailsOf(error) || wordsFor(error);
