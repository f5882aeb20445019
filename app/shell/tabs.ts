import type { IconName } from '../components/icons'
import type { common } from '../i18n/common'

interface Tab {
  href: string
  icon: IconName
  label: keyof (typeof common)['zh'] & ('single' | 'batch' | 'train' | 'export' | 'models' | 'datasets')
  /** Addresses that belong to the tab. */
  match: RegExp
}

/** The four tabs of the original in its order, then models and datasets. */
export const TABS: readonly Tab[] = [
  { href: '/', icon: 'picture', label: 'single', match: /^\/$/ },
  { href: '/batches', icon: 'pictures', label: 'batch', match: /^\/batches(\/|$)/ },
  { href: '/train', icon: 'train', label: 'train', match: /^\/(train|runs)(\/|$)/ },
  { href: '/export', icon: 'export', label: 'export', match: /^\/export(\/|$)/ },
  { href: '/models', icon: 'cube', label: 'models', match: /^\/models(\/|$)/ },
  { href: '/datasets', icon: 'data', label: 'datasets', match: /^\/datasets(\/|$)/ },
]
