import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ACCESS_CODE } from './app-server'
import { samplePath } from './sample-data'
import { expect, test } from './test'

const FORWARDED = { 'X-Forwarded-For': '203.0.113.7' }

test('a browser from elsewhere is asked for the access code once', async ({ page }) => {
  await page.setExtraHTTPHeaders(FORWARDED)
  await page.goto('/models')
  await expect(page).toHaveURL(/\/login\?next=%2Fmodels$/)

  const code = page.getByLabel('Access code')
  const enter = page.getByRole('button', { name: 'Enter' })
  await code.fill('certainly-wrong')
  await enter.click()
  await expect(code).toHaveAccessibleDescription(/wrong|not right|not the/i)
  await expect(page).toHaveURL(/\/login/)

  await code.fill(ACCESS_CODE)
  await enter.click()
  await expect(page).toHaveURL(/\/models$/)
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
  await page.goto('/')
  await expect(page.getByTestId('file')).toBeAttached()
  await expect(page).not.toHaveURL(/login/)
})

test('the API from elsewhere needs the code, from the machine itself none', async ({ request }) => {
  expect((await request.get('/api/models', { headers: FORWARDED })).status()).toBe(401)
  const known = { ...FORWARDED, Authorization: `Bearer ${ACCESS_CODE}` }
  expect((await request.get('/api/models', { headers: known })).status()).toBe(200)
  expect((await request.get('/api/models')).status()).toBe(200)
})

test('pages run scripts of their own only, and the log keeps the code to itself', async ({ request, page, app }) => {
  const answer = await request.get('/')
  const policy = answer.headers()['content-security-policy']
  expect(policy).toContain("default-src 'self'")
  const scripts = policy.split('; ').find((part) => part.startsWith('script-src ')) ?? ''
  expect(scripts).not.toContain('unsafe')
  const nonce = /'nonce-([^']+)'/.exec(scripts)?.[1]
  const tags = (await answer.text()).match(/<script\b[^>]*>/g) ?? []
  expect(tags.length).toBeGreaterThan(3)
  for (const tag of tags) expect(tag).toContain(`nonce="${nonce}"`)
  expect((await request.get('/')).headers()['content-security-policy']).not.toContain(nonce)
  expect(answer.headers()['x-content-type-options']).toBe('nosniff')

  await page.goto('/')
  const ran = await page.evaluate(() => {
    // Markup that got into the page; a script of ours that makes another is trusted ('strict-dynamic').
    const handler = 'onerror="window.injected = true"'
    document.body.insertAdjacentHTML('beforeend', `<img src="data:," ${handler}><video><source ${handler}></video>`)
    const frame = document.createElement('iframe')
    frame.srcdoc = '<script>parent.injected = true</script>'
    document.body.append(frame)
    return new Promise((done) => setTimeout(() => done('injected' in window), 300))
  })
  expect(ran).toBe(false)
  expect(await app.log()).not.toContain(ACCESS_CODE)
})

test('requests that another site sends are refused', async ({ request, page, app }) => {
  const post = { data: { path: '/tmp' }, headers: { Origin: 'https://elsewhere.example' } }
  const answer = await request.post('/api/datasets', post)
  expect(answer.status()).toBe(403)
  expect((await answer.json()).error.code).toBe('origin-refused')
  const host = await request.get('/api/models', { headers: { Host: 'rebound.example' } })
  expect((await host.json()).error.code).toBe('host-refused')

  // A real page of another origin sends a form, which needs no permission: there the browser says where it comes from.
  const batches = async () => (await app.api<unknown[]>('/batches')).length
  const before = await batches()
  const foreign = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Hi</p>'))
  await new Promise<void>((done) => foreign.listen(0, '127.0.0.1', done))
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`)
  const picture = [...(await readFile(samplePath('label')))]
  await page.evaluate(
    async ({ url, bytes }) => {
      const body = new FormData()
      body.append('file', new Blob([new Uint8Array(bytes)]), 'label.jpg')
      await fetch(url, { method: 'POST', mode: 'no-cors', body }).catch(() => undefined)
    },
    { url: `${app.url}/api/batches`, bytes: picture },
  )
  expect(await batches()).toBe(before)
  foreign.close()
})
