'use client'

import { useState } from 'react'
import useSWR from 'swr'
import type { Directories } from '../../server/datasets/schema'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { Icon } from '../components/icons'
import { Pill } from '../components/pill'
import { request } from '../data/request'
import { datasets } from '../i18n/datasets'
import { errorText } from '../i18n/errors'
import { useLanguage, useTexts } from '../i18n/language'

interface Props {
  onClose(): void
  onChoose(path: string): void
}

/** Directories of the server, below the allowed roots only. */
export function DirectoryDialog({ onClose, onChoose }: Props) {
  const t = useTexts(datasets)
  const { lang } = useLanguage()
  const [path, setPath] = useState<string | null>(null)
  const address = path === null ? '/directories' : `/directories?path=${encodeURIComponent(path)}`
  const { data, error } = useSWR<Directories>(address, (p: string) => request<Directories>(p), {
    keepPreviousData: true,
  })
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={t.chooseDirectory}
      actions={
        <Button
          variant="primary"
          disabledReason={data ? undefined : t.chooseFirst}
          onClick={() => data && onChoose(data.path)}
        >
          {t.useDirectory}
        </Button>
      }
    >
      {data && (
        <div className="flex items-center gap-2 flex-wrap mb-2">
          <Button
            size="s"
            icon="left"
            disabledReason={data.parent === null ? data.path : undefined}
            onClick={() => setPath(data.parent)}
          >
            {t.up}
          </Button>
          {data.roots.length > 1 &&
            data.roots.map((root) => (
              <Button key={root} size="s" variant="ghost" onClick={() => setPath(root)}>
                {root}
              </Button>
            ))}
          <code className="truncate font-mono text-12" translate="no">
            {data.path}
          </code>
          {data.dataset && (
            <Pill tone="ok" icon="check">
              {t.looksLikeData}
            </Pill>
          )}
        </div>
      )}
      {error && <p className="text-err">{errorText(lang, error).title}</p>}
      <ul className="grid max-h-80 gap-0.5 overflow-auto">
        {data?.entries.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              className="grid w-full grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-2 rounded-md px-2 py-[7px] text-13 leading-[18px] hover:bg-hover"
              onClick={() => setPath(entry.path)}
              onDoubleClick={() => onChoose(entry.path)}
            >
              <Icon name="folder" />
              <span className="truncate" translate="no">
                {entry.name}
              </span>
              {entry.dataset && <Pill tone="ok">{t.looksLikeData}</Pill>}
            </button>
          </li>
        ))}
        {data?.entries.length === 0 && <li className="text-12 text-ink-3">{t.emptyDirectory}</li>}
      </ul>
    </Dialog>
  )
}
