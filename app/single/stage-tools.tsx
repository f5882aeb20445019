'use client'

import clsx from 'clsx'
import { Button } from '../components/button'
import { Menu, type MenuItem } from '../components/menu'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import type { Layers } from './picture-stage'

interface Props {
  scale: number
  onZoom(factor: number): void
  onFit(): void
  layers: Layers
  onLayers(layers: Layers): void
  mapReason?: string
  downloads: readonly MenuItem[]
}

export const floatLook = 'absolute flex items-center gap-0.5 rounded-[10px] bg-surface p-1 shadow-2'

/** The floating bar at the lower edge of the picture. */
export function StageTools({ scale, onZoom, onFit, layers, onLayers, mapReason, downloads }: Props) {
  const t = useTexts(single)
  const toggle = (key: keyof Layers) => () => onLayers({ ...layers, [key]: !layers[key] })
  return (
    <div
      className={clsx(floatLook, 'bottom-4 left-1/2 -translate-x-1/2 max-md:bottom-3')}
      role="toolbar"
      aria-label={t.tools}
    >
      <Button variant="tool" icon="minus" label={t.zoomOut} onClick={() => onZoom(0.8)} />
      <Button variant="tool" className="min-w-13 font-mono" title={t.fit} onClick={onFit}>
        <i className="sr-only">{t.fit}</i>
        {Math.round(scale * 100)}%
      </Button>
      <Button variant="tool" icon="plus" label={t.zoomIn} onClick={() => onZoom(1.25)} />
      <span className="mx-1 h-[18px] w-px bg-line" />
      <Button variant="tool" icon="box" label={t.showBoxes} aria-pressed={layers.boxes} onClick={toggle('boxes')} />
      <Button
        variant="tool"
        icon="hash"
        label={t.showNumbers}
        aria-pressed={layers.numbers}
        onClick={toggle('numbers')}
      />
      <Button
        variant="tool"
        icon="layers"
        label={t.showMap}
        aria-pressed={layers.map && !mapReason}
        disabledReason={mapReason}
        onClick={toggle('map')}
      />
      <span className="mx-1 h-[18px] w-px bg-line" />
      <Menu
        variant="tool"
        icon="download"
        label={t.download}
        items={downloads}
        up
        disabledReason={downloads.length === 0 ? t.noResult : undefined}
      />
    </div>
  )
}
