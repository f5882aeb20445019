'use client'

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

/** The floating bar at the lower edge of the picture. */
export function StageTools({ scale, onZoom, onFit, layers, onLayers, mapReason, downloads }: Props) {
  const t = useTexts(single)
  const toggle = (key: keyof Layers) => () => onLayers({ ...layers, [key]: !layers[key] })
  return (
    <div className="float b" role="toolbar" aria-label={t.tools}>
      <Button size="s" variant="ghost" icon="minus" label={t.zoomOut} onClick={() => onZoom(0.8)} />
      <Button size="s" variant="ghost" className="w mono min-w-13" title={t.fit} onClick={onFit}>
        <i className="sr">{t.fit}</i>
        {Math.round(scale * 100)}%
      </Button>
      <Button size="s" variant="ghost" icon="plus" label={t.zoomIn} onClick={() => onZoom(1.25)} />
      <span className="sep" />
      <Button
        size="s"
        variant="ghost"
        icon="box"
        label={t.showBoxes}
        aria-pressed={layers.boxes}
        onClick={toggle('boxes')}
      />
      <Button
        size="s"
        variant="ghost"
        icon="hash"
        label={t.showNumbers}
        aria-pressed={layers.numbers}
        onClick={toggle('numbers')}
      />
      <Button
        size="s"
        variant="ghost"
        icon="layers"
        label={t.showMap}
        aria-pressed={layers.map && !mapReason}
        disabledReason={mapReason}
        onClick={toggle('map')}
      />
      <span className="sep" />
      <Menu
        size="s"
        variant="ghost"
        icon="download"
        label={t.download}
        items={downloads}
        up
        disabledReason={downloads.length === 0 ? t.noResult : undefined}
      />
    </div>
  )
}
