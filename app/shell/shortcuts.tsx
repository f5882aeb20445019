'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Sheet } from '../components/sheet'
import { Switch } from '../components/switch'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { isTyping, setSingleKeys, singleKeysOn } from './keys'
import { TABS } from './tabs'

/** 1–6 for the tabs and ? for the list of keys; the pages add their own with `useKeys`. */
export function Shortcuts() {
  const t = useTexts(common)
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [on, setOn] = useState(true)

  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target)) return
      if (e.key === '?') {
        setOn(singleKeysOn())
        setOpen(true)
      } else if (singleKeysOn() && /^[1-6]$/.test(e.key) && !document.querySelector('[role=dialog],[role=alertdialog]'))
        router.push(TABS[Number(e.key) - 1].href)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [router])

  const rows: [string[], string][] = [
    [['1', '–', '6'], t.keyTabs],
    [['Ctrl', 'V'], t.keyPaste],
    [['Ctrl', 'O'], t.keyOpen],
    [['[', ']'], t.keyThreshold],
    [['B', 'N', 'M'], t.keyLayers],
    [['+', '−', '0'], t.keyZoom],
    [['↑', '↓'], t.keyList],
    [['←', '→'], t.keyMove],
    [['C'], t.keyCompare],
    [['Esc'], t.keyEscape],
  ]
  return (
    <Sheet open={open} onClose={() => setOpen(false)} title={t.shortcuts}>
      <dl className="grid gap-1.5 text-13">
        {rows.map(([keys, what]) => (
          <div key={what} className="grid grid-cols-[104px_minmax(0,1fr)] gap-3">
            <dt className="flex gap-1">
              {keys.map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd className="text-ink-2">{what}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4">
        <Switch
          checked={on}
          onChange={(next) => {
            setSingleKeys(next)
            setOn(next)
          }}
        >
          {t.singleKeys}
        </Switch>
      </div>
      <p className="text-12 text-ink-3 mt-2">{t.shortcutsHelp}</p>
    </Sheet>
  )
}
