import { test as base } from '@playwright/test'
import { AppServer } from './app-server'

export { expect } from '@playwright/test'

interface TestFixtures {
  serverLog: undefined
}
interface WorkerFixtures {
  app: AppServer
}

/** Tests against one running server per worker; pages are in English unless a test sets the cookie otherwise. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      const server = await AppServer.start()
      await use(server)
      await server.close()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  baseURL: async ({ app }, use) => use(app.url),
  context: async ({ context, app }, use) => {
    await context.addCookies([{ name: 'lang', value: 'en', url: app.url }])
    await use(context)
  },
  serverLog: [
    async ({ app }, use, info) => {
      await use(undefined)
      if (info.status !== info.expectedStatus) await info.attach('server.log', { body: await app.log() })
    },
    { auto: true },
  ],
})
