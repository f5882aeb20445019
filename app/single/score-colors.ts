/** Colour of a box on a picture; does not follow the theme, because the picture does not. */
export const boxColor = (score: number): string =>
  score < 0.4
    ? 'var(--color-box-1)'
    : score < 0.6
      ? 'var(--color-box-2)'
      : score < 0.8
        ? 'var(--color-box-3)'
        : 'var(--color-box-4)'

/** The same steps on the page's own surfaces: list and histogram. */
export const scoreColor = (score: number): string =>
  score < 0.4
    ? 'var(--color-score-1)'
    : score < 0.6
      ? 'var(--color-score-2)'
      : score < 0.8
        ? 'var(--color-score-3)'
        : 'var(--color-score-4)'

export const BINS = 25

/** How many scores fall in each of 25 equal bins of 0–1. */
export function histogram(scores: readonly number[]): number[] {
  const bins = new Array<number>(BINS).fill(0)
  for (const s of scores) bins[Math.min(BINS - 1, Math.max(0, Math.floor(s * BINS)))]++
  return bins
}
