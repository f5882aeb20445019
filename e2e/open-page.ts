import { expect, type Page } from '@playwright/test'
import type { ModelInfo } from '../server/models/schema'

/** Opens single detection and waits for the thresholds of the model: the page listens, and detects with them. */
export async function openPage(page: Page): Promise<void> {
  await page.goto('/')
  const [base] = (await (await page.request.get('/api/models')).json()) as ModelInfo[]
  await expect(page.getByTestId('threshold')).toHaveText(base.thresholds.threshold.toFixed(2))
}
