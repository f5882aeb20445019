'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Icon } from '../components/icons'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { TABS } from './tabs'

/** Navigation of a phone: five tabs at the lower edge; datasets are reached from the models. */
export function BottomBar() {
  const t = useTexts(common)
  const path = usePathname()
  return (
    <nav className="bottom" aria-label={t.main}>
      {TABS.filter((tab) => tab.label !== 'datasets').map((tab) => (
        <Link key={tab.href} href={tab.href} className="tab" aria-current={tab.match.test(path) ? 'page' : undefined}>
          <Icon name={tab.icon} />
          <span>{t[tab.label]}</span>
        </Link>
      ))}
    </nav>
  )
}
