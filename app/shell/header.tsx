'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Icon } from '../components/icons'
import { useSystem } from '../data/use-lists'
import { common } from '../i18n/common'
import { remember, useLanguage, useTexts } from '../i18n/language'
import { headerButtonLook, JobRing } from './job-ring'
import { TABS } from './tabs'

function switchTheme(): void {
  const root = document.documentElement
  const now = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  const next = now === 'dark' ? 'light' : 'dark'
  root.dataset.theme = next
  remember('theme', next)
}

function Mark() {
  return (
    <svg className="size-7 flex-none" viewBox="0 0 28 28" aria-hidden="true">
      <rect width="28" height="28" rx="8" fill="#fff" fillOpacity=".18" />
      <path d="M6.5 10.5 21 7.5l.8 9.5L7 20.5z" fill="none" stroke="#fff" strokeWidth="1.8" strokeLinejoin="round" />
      <path d="M10.3 13.2l7.5-1.5M10.6 16.4l4.7-1" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  )
}

export function Header() {
  const t = useTexts(common)
  const { lang, setLang } = useLanguage()
  const path = usePathname()
  const { system } = useSystem()
  return (
    <header className="sticky top-0 z-30 flex h-head items-center gap-6 bg-(image:--header-gradient) px-5 text-white **:focus-visible:outline-offset-0 **:focus-visible:outline-white max-xl:gap-4 max-lg:gap-2.5 max-lg:px-3.5 max-md:gap-2 max-md:px-3">
      <Link
        className="flex items-center gap-2.5 whitespace-nowrap text-white hover:no-underline max-md:min-w-0 max-md:flex-1"
        href="/"
        title={t.home}
      >
        <Mark />
        <i className="sr-only">{t.home}</i>
        <span className="max-lg:hidden max-md:block max-md:min-w-0">
          <b className="block truncate font-semibold text-15 leading-5">{t.service}</b>
          <small className="block truncate text-11 leading-[14px] max-xl:hidden max-md:block" translate="no">
            cv_resnet18_ocr-detection
          </small>
        </span>
      </Link>
      <nav className="flex items-center gap-0.5 self-stretch max-md:hidden" aria-label={t.main}>
        {TABS.map((tab) => (
          <Link
            key={tab.href}
            href={tab.href}
            className="flex h-[34px] items-center whitespace-nowrap rounded-lg px-[13px] font-medium text-white transition-colors hover:bg-white/14 hover:no-underline aria-[current=page]:bg-tab aria-[current=page]:text-tab-ink max-xl:px-[11px] max-lg:px-2"
            aria-current={tab.match.test(path) ? 'page' : undefined}
          >
            {t[tab.label]}
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex items-center gap-1">
        <JobRing jobs={system?.running ?? []} />
        {system && (
          <span className={clsx(headerButtonLook, 'max-xl:hidden')} title={`${t.device} · ${system.device}`}>
            <Icon name="chip" />
            <span className="sr-only">{t.device}</span>
            <span>CPU · {system.cpus}</span>
          </span>
        )}
        <a className={clsx(headerButtonLook, 'max-xl:hidden')} href="/api/docs" title={t.api}>
          API
        </a>
        <button
          type="button"
          className={headerButtonLook}
          title={t.language}
          onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}
        >
          <Icon name="globe" />
          <i className="sr-only">{t.language}</i>
          <span lang={lang === 'zh' ? 'en' : 'zh-CN'}>{lang === 'zh' ? 'EN' : '中文'}</span>
        </button>
        <button type="button" className={headerButtonLook} aria-label={t.theme} title={t.theme} onClick={switchTheme}>
          <Icon name="moon" className="dark:hidden" />
          <Icon name="sun" className="hidden dark:block" />
        </button>
      </div>
    </header>
  )
}
