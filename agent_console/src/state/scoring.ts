/** What a judgement by a score card is worth, as the server counts it. Pure. */
import type { ScoreCard, ScoreQuestion } from "@/wire/types";

export type Answers = Record<string, number | null>;

export const topOf = (question: ScoreQuestion) => (question.kind === "scale" ? (question.most ?? 5) : 1);

export const questionsOf = (card: ScoreCard) => card.sections.flatMap((section) => section.questions);

/** Null while nothing that applies is answered. */
export function percentOf(card: ScoreCard, answers: Answers): number | null {
  const counted = questionsOf(card).flatMap((question) => {
    const value = answers[question.id];
    return typeof value === "number" ? [{ question, value }] : [];
  });
  if (!counted.length) return null;
  if (counted.some(({ question, value }) => question.fatal && value === 0)) return 0;
  const whole = counted.reduce((sum, { question }) => sum + (question.weight ?? 1), 0);
  return (100 * counted.reduce((sum, { question, value }) => sum + ((question.weight ?? 1) * value) / topOf(question), 0)) / whole;
}

export const isComplete = (card: ScoreCard, answers: Answers) =>
  questionsOf(card).every((question) => answers[question.id] !== undefined) && percentOf(card, answers) !== null;
