/** Score cards and scores. */
import { ask } from "@/connection/rest";
import type { DrawnCalls, Done, Judgement, QualityFigures, ScoreCard, ScoreCardEntry, ScoreCardList, ScoreEntry, ScoreList } from "@/wire/types";

const id = encodeURIComponent;
const query = (given: object) => {
  const pairs = Object.entries(given).filter(([, value]) => value !== "" && value !== undefined && value !== null && value !== false);
  return pairs.length ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : "";
};

export interface DrawWish {
  each: number;
  days: number;
  queue: string;
  dissatisfied: boolean;
}

export const qualityRest = {
  cards: () => ask<ScoreCardList>("GET", "/score-cards"),
  card: (card: string, version: number) => ask<ScoreCardEntry>("GET", `/score-cards/${id(card)}/${version}`),
  saveCard: (card: ScoreCard, base: number, active: boolean) => ask<Done>("PUT", `/score-cards/${id(card.id)}`, { card, base, active }),
  scores: (call = "") => ask<ScoreList>("GET", `/scores${query({ call })}`),
  score: (call: string, card: string, judgement: Judgement) => ask<ScoreEntry>("POST", "/scores", { call, card, judgement }),
  answer: (score: number, comment: string) => ask<ScoreEntry>("POST", `/scores/${score}/answer`, { comment }),
  withdraw: (score: number) => ask<Done>("DELETE", `/scores/${score}`),
  draw: (wish: DrawWish) => ask<DrawnCalls>("GET", `/quality/draw${query(wish)}`),
  figures: () => ask<QualityFigures>("GET", "/quality/figures"),
};
