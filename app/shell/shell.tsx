'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { SWRConfig } from 'swr'
import { ToastProvider } from '../components/toast'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { BottomBar } from './bottom-bar'
import { ConnectionWatch } from './connection-watch'
import { Header } from './header'
import { Shortcuts } from './shortcuts'

/** What stands around every page. The login page stands alone, for nothing else is answered before it. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTexts(common)
  const alone = usePathname() === '/login'
  return (
    <SWRConfig value={{ shouldRetryOnError: true, errorRetryInterval: 4000, dedupingInterval: 500 }}>
      <ToastProvider>
        {alone ? (
          <main id="content">{children}</main>
        ) : (
          <>
            <a
              className="absolute -top-15 left-3 z-70 rounded-lg bg-surface px-3.5 py-2 shadow-2 focus-visible:top-2.5"
              href="#content"
            >
              {t.skip}
            </a>
            <Header />
            <main id="content" tabIndex={-1} className="max-md:pb-[calc(60px+env(safe-area-inset-bottom))]">
              {children}
            </main>
            <BottomBar />
            <ConnectionWatch />
            <Shortcuts />
          </>
        )}
      </ToastProvider>
    </SWRConfig>
  )
}
