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
    <nav
      className="fixed inset-x-0 bottom-0 z-40 grid grid-cols-5 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      aria-label={t.main}
    >
      {TABS.filter((tab) => tab.label !== 'datasets').map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          className="flex h-[58px] flex-col items-center justify-center gap-0.5 whitespace-nowrap pt-2 pb-1.5 font-medium text-11 text-ink-3 transition-colors hover:bg-hover hover:no-underline aria-[current=page]:text-brand-ink aria-[current=page]:shadow-[inset_0_2px_0_var(--color-brand)] [&_svg]:size-5"
          aria-current={tab.match.test(path) ? 'page' : undefined}
        >
          <Icon name={tab.icon} />
          <span>{t[tab.label]}</span>
        </Link>
      ))}
    </nav>
  )
}
