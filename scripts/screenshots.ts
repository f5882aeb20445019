/**
 * Pictures of every page with real content, in both languages, both themes and two widths:
 * `npx tsx scripts/screenshots.ts DIR`; with `--readme` only the three of the README (docs/images), 1440 × 900.
 * Everything shown is rendered by ourselves: the samples, and a synthetic data set that a short run is trained on.
 * With `--data FOLDER` that content is kept: a later call with the same folder shows the same content at the same time
 * of day, so that the pictures of two builds can be compared pixel by pixel.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from '@playwright/test'
import { AppServer, ROOT } from '../e2e/app-server'
import { beginContent, type Content, finishContent, type PageVisit, pagesOf, statesOf } from '../e2e/content'
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

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { readme: { type: 'boolean' }, data: { type: 'string' } },
})
const target = positionals[0]
if (!target) {
  process.stderr.write(
    'Name a directory for the pictures: npx tsx scripts/screenshots.ts DIR [--readme] [--data FOLDER]\n',
  )
  process.exit(2)
}
await mkdir(target, { recursive: true })
/** The time that pages show, where the content is kept. */
let now: number | undefined

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
  const page = await context.newPage()
  if (now) await page.clock.setFixedTime(now)
  await use(page)
  await context.close()
}

async function shoot(page: Page, visit: PageVisit, file: string, whole?: Look): Promise<void> {
  if (whole) await page.setViewportSize(whole)
  await page.goto(visit.path)
  await page.locator(visit.ready).first().waitFor({ state: 'attached', timeout: 60_000 })
  // As tall as the page: a bar at the bottom of the window belongs at the end of the picture, and what loads when it is seen
  // shall be seen.
  const stretch = async (look: Look) => {
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width: look.width, height: Math.max(height, look.height) })
  }
  await visit.act?.(page)
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

async function inLook(browser: Browser, app: AppServer, visits: readonly PageVisit[], shown: Omit<Look, 'height'>) {
  const look = { ...shown, height: shown.width > 1000 ? 900 : 844 }
  const file = (name: string) => join(target, `${name}.${look.lang}.${look.theme}.${look.width}.png`)
  await withPage(browser, app, look, async (page) => {
    for (const visit of visits)
      await shoot(page, visit, file(visit.name), look).catch((error) => {
        process.exitCode = 1
        process.stderr.write(`${visit.name}: ${error}\n`)
      })
  })
}

async function allLooks(browser: Browser, app: AppServer, visits: readonly PageVisit[]): Promise<void> {
  for (const lang of LANGS)
    for (const theme of THEMES) for (const width of WIDTHS) await inLook(browser, app, visits, { lang, theme, width })
}

/** What opens and lights up on the pages: in two looks, since each is only another part of a page shown before. */
async function twoLooks(browser: Browser, app: AppServer, visits: readonly PageVisit[]): Promise<void> {
  await inLook(browser, app, visits, { lang: 'zh', theme: 'light', width: 1440 })
  await inLook(browser, app, visits, { lang: 'en', theme: 'dark', width: 390 })
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

async function fill(browser: Browser, app: AppServer): Promise<Content> {
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
  if (!values.readme && !values.data)
    await allLooks(browser, app, [
      { name: 'run-live', path: `/runs/${content.run}`, ready: 'figure table tbody tr:nth-child(6)' },
    ])
  await finishContent(app, content)
  return content
}

/** The content of `--data`, made where it is not there yet. */
async function keptContent(browser: Browser, app: AppServer): Promise<Content> {
  const file = join(app.folder, 'content.json')
  if (!existsSync(file)) await writeFile(file, JSON.stringify({ content: await fill(browser, app), now: Date.now() }))
  const kept = JSON.parse(await readFile(file, 'utf8')) as { content: Content; now: number }
  now = kept.now
  return kept.content
}

const EMPTY: PageVisit[] = [
  { name: 'batches-empty', path: '/batches', ready: 'main :is(h1, h2)' },
  { name: 'train-empty', path: '/train', ready: 'main h1' },
  { name: 'runs-empty', path: '/runs', ready: 'main :is(h1, h2)' },
  { name: 'export-empty', path: '/export', ready: 'main :is(h1, h2)' },
  { name: 'models-empty', path: '/models', ready: 'main table a' },
]

const browser = await chromium.launch(playwright.use?.launchOptions)
try {
  if (!values.readme) {
    const empty = await AppServer.start()
    await allLooks(browser, empty, EMPTY).finally(() => empty.close())
  }
  const app = await AppServer.start({}, values.data)
  try {
    const content = values.data ? await keptContent(browser, app) : await fill(browser, app)
    if (values.readme) await readmePictures(browser, app, content)
    else {
      await allLooks(browser, app, pagesOf(content))
      await twoLooks(browser, app, statesOf(content))
    }
  } finally {
    await app.close()
  }
} finally {
  await browser.close()
}
