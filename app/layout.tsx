import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import './globals.css'
import { askedLanguage } from './i18n/asked-language'
import { common } from './i18n/common'
import { LanguageProvider } from './i18n/language'
import type { Lang } from './i18n/texts'
import { Shell } from './shell/shell'

async function chosenLang(): Promise<Lang> {
  return askedLanguage((await cookies()).get('lang')?.value, (await headers()).get('accept-language'))
}

export async function generateMetadata(): Promise<Metadata> {
  const t = common[await chosenLang()]
  return { title: t.service, description: 'cv_resnet18_ocr-detection' }
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#6A5ACD' },
    { media: '(prefers-color-scheme: dark)', color: '#4E4199' },
  ],
}

/**
 * Language and theme come from cookies, before a choice from what the browser asks for, so that the first picture is right
 * without an inline script.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const lang = await chosenLang()
  const theme = (await cookies()).get('theme')?.value
  return (
    <html lang={lang === 'zh' ? 'zh-CN' : 'en'} data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <body>
        <LanguageProvider initial={lang}>
          <Shell>{children}</Shell>
        </LanguageProvider>
      </body>
    </html>
  )
}
