'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Icon } from '../components/icons'
import { useSystem } from '../data/use-lists'
import { common } from '../i18n/common'
import { remember, useLanguage, useTexts } from '../i18n/language'
import { JobRing } from './job-ring'
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
    <svg viewBox="0 0 28 28" aria-hidden="true">
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
    <header className="top">
      <Link className="brand" href="/" title={t.home}>
        <Mark />
        <i className="sr">{t.home}</i>
        <span>
          <b>{t.service}</b>
          <small translate="no">cv_resnet18_ocr-detection</small>
        </span>
      </Link>
      <nav className="tabs" aria-label={t.main}>
        {TABS.map((tab) => (
          <Link key={tab.href} href={tab.href} className="tab" aria-current={tab.match.test(path) ? 'page' : undefined}>
            <Icon name={tab.icon} />
            <span>{t[tab.label]}</span>
          </Link>
        ))}
      </nav>
      <div className="top-r">
        <JobRing jobs={system?.running ?? []} />
        {system && (
          <span className="hbtn dev" title={`${t.device} · ${system.device}`}>
            <Icon name="chip" />
            <span className="sr">{t.device}</span>
            <span className="txt">CPU · {system.cpus}</span>
          </span>
        )}
        <a className="hbtn api" href="/api/docs" title={t.api}>
          API
        </a>
        <button type="button" className="hbtn" title={t.language} onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
          <Icon name="globe" />
          <i className="sr">{t.language}</i>
          <span lang={lang === 'zh' ? 'en' : 'zh-CN'}>{lang === 'zh' ? 'EN' : '中文'}</span>
        </button>
        <button type="button" className="hbtn" aria-label={t.theme} title={t.theme} onClick={switchTheme}>
          <Icon name="moon" className="moon" />
          <Icon name="sun" className="sun" />
        </button>
      </div>
    </header>
  )
}
