/**
 * Pictures of every page with real content, in both languages, both themes and two widths:
 * `npx tsx scripts/screenshots.ts DIR`; with `--readme` only the three of the README (docs/images), 1440 × 900.
 * Everything shown is rendered by ourselves: the samples, and a synthetic data set that a short run is trained on.
 */
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from '@playwright/test'
import { AppServer, ROOT } from '../e2e/app-server'
import { beginContent, type Content, finishContent, type PageVisit, pagesOf } from '../e2e/content'
import { SAMPLES, samplePath, writePictures } from '../e2e/sample-data'
import playwright from '../playwright.config'

const LANGS = ['zh', 'en'] as const
const THEMES = ['light', 'dark'] as const
const WIDTHS = [1440, 390] as const

interface Look {
  lang: (typeof LANGS)[number]
  theme: (typeof THEMES)[number]
  width: number
  height: number
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { readme: { type: 'boolean' } } })
const target = positionals[0]
if (!target) {
  process.stderr.write('Name a directory for the pictures: npx tsx scripts/screenshots.ts DIR [--readme]\n')
  process.exit(2)
}
await mkdir(target, { recursive: true })

async function withPage(browser: Browser, app: AppServer, look: Look, use: (page: Page) => Promise<void>) {
  const context = await browser.newContext({
    baseURL: app.url,
    viewport: { width: look.width, height: look.height },
    reducedMotion: 'reduce',
  })
  await context.addCookies([
    { name: 'lang', value: look.lang, url: app.url },
    { name: 'theme', value: look.theme, url: app.url },
  ])
  await use(await context.newPage())
  await context.close()
}

async function shoot(page: Page, visit: PageVisit, file: string, whole?: Look): Promise<void> {
  if (whole) await page.setViewportSize(whole)
  await page.goto(visit.path)
  await page.locator(visit.ready).first().waitFor({ state: 'attached', timeout: 300_000 })
  // As tall as the page: a bar at the bottom of the window belongs at the end of the picture, and what loads when it is seen
  // shall be seen.
  const stretch = async (look: Look) => {
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width: look.width, height: Math.max(height, look.height) })
  }
  if (whole) await stretch(whole)
  // Pictures and curves come a moment after the rest.
  await page.waitForFunction(
    () =>
      [...document.images].every((image) => image.complete) &&
      [...document.querySelectorAll('figure [role=img]')].every((chart) => chart.querySelector('canvas')),
    undefined,
    { timeout: 60_000 },
  )
  if (whole) await stretch(whole)
  await page.screenshot({ path: file })
  process.stdout.write(`${file}\n`)
}

async function allLooks(browser: Browser, app: AppServer, visits: readonly PageVisit[]): Promise<void> {
  for (const lang of LANGS)
    for (const theme of THEMES)
      for (const width of WIDTHS) {
        const look = { lang, theme, width, height: width > 1000 ? 900 : 844 }
        await withPage(browser, app, look, async (page) => {
          for (const visit of visits)
            await shoot(page, visit, join(target, `${visit.name}.${lang}.${theme}.${width}.png`), look)
        })
      }
}

async function readmePictures(browser: Browser, app: AppServer, content: Content): Promise<void> {
  const wanted = new Map([
    ['single', 'single'],
    ['run', 'train'],
    ['export', 'export'],
  ])
  await withPage(browser, app, { lang: 'en', theme: 'light', width: 1440, height: 900 }, async (page) => {
    for (const visit of pagesOf(content)) {
      const name = wanted.get(visit.name)
      if (name) await shoot(page, visit, join(target, `${name}.png`))
    }
  })
}

const app = await AppServer.start()
const browser = await chromium.launch(playwright.use?.launchOptions)
try {
  if (!values.readme) {
    const empty: PageVisit[] = [
      { name: 'batches-empty', path: '/batches', ready: '.empty' },
      { name: 'train-empty', path: '/train', ready: '.cols' },
      { name: 'runs-empty', path: '/runs', ready: '.empty' },
      { name: 'export-empty', path: '/export', ready: '.empty' },
      { name: 'models-empty', path: '/models', ready: 'table.models a' },
    ]
    await allLooks(browser, app, empty)
  }
  const data = join(app.folder, 'synthetic')
  const synth = ['dist/ocr-detect.js', 'synth', '--output', data, '--count', '36', '--width', '512', '--height', '512']
  execFileSync(process.execPath, synth, { cwd: ROOT, stdio: 'inherit' })
  const content = await beginContent(app, {
    picture: samplePath('receipt'),
    pictures: [...SAMPLES.map(samplePath), ...(await writePictures(join(app.folder, 'pictures'), 12))],
    data,
    training: { epochs: 6, batchSize: 4, imageSize: 256 },
    exportSize: 640,
    runName: 'labels and receipts',
  })
  if (!values.readme)
    await allLooks(browser, app, [
      { name: 'run-live', path: `/runs/${content.run}`, ready: 'figure table tbody tr:nth-child(6)' },
    ])
  await finishContent(app, content)
  if (values.readme) await readmePictures(browser, app, content)
  else await allLooks(browser, app, pagesOf(content))
} finally {
  await browser.close()
  await app.close()
}
