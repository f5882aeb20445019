'use client'

import { useRef } from 'react'
import { PICTURE_ACCEPT } from '../../detector/picture/picture-names'
import { Button } from '../components/button'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'

export interface Sample {
  file: string
  label: 'sampleReceipt' | 'sampleSign' | 'sampleForm' | 'samplePoster'
}

/** Pictures rendered for this project by scripts/make-samples.ts. */
export const SAMPLES: readonly Sample[] = [
  { file: 'receipt.jpg', label: 'sampleReceipt' },
  { file: 'shop-sign.jpg', label: 'sampleSign' },
  { file: 'form.jpg', label: 'sampleForm' },
  { file: 'poster.jpg', label: 'samplePoster' },
]

interface Props {
  over: boolean
  /** Which pictures are taken. */
  note: string
  onFile(file: File): void
  onPaste(): void
  onSample(sample: Sample): void
}

function Drawing() {
  return (
    <svg viewBox="12 0 48 56" width="96" height="112" fill="none" aria-hidden="true">
      <rect x="15" y="3" width="42" height="50" rx="5" fill="var(--surface)" stroke="var(--field)" strokeWidth="1.5" />
      <path d="M22 14h28M22 22h19M22 30h24M22 38h13" stroke="var(--line)" strokeWidth="3" strokeLinecap="round" />
      <path
        d="M19 10.5h34v7.5H19zM19 26.5h30v7H19z"
        stroke="var(--brand)"
        strokeWidth="1.6"
        fill="var(--brand)"
        fillOpacity=".12"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/** Before the first picture: every way to bring one, and samples to click. */
export function DropZone({ over, note, onFile, onPaste, onSample }: Props) {
  const t = useTexts(single)
  const camera = useRef<HTMLInputElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const take = (input: HTMLInputElement) => {
    const file = input.files?.[0]
    input.value = ''
    if (file) onFile(file)
  }
  return (
    <div className={over ? 'drop over' : 'drop'}>
      <div className="mid">
        <Drawing />
        <h2 className="text-[20px] leading-[28px]">{t.drop}</h2>
        <p className="small dim">
          {note}
          <span className="hide-s">
            {' · '}
            <kbd>Ctrl</kbd> <kbd>V</kbd> {t.paste}
          </span>
        </p>
        <div className="row wrap mt-2 justify-center">
          <Button variant="primary" size="l" icon="upload" onClick={() => files.current?.click()}>
            {t.upload}
          </Button>
          <Button size="l" icon="paste" onClick={onPaste}>
            {t.paste}
          </Button>
          <Button size="l" icon="camera" onClick={() => camera.current?.click()}>
            {t.camera}
          </Button>
        </div>
        <input
          ref={files}
          type="file"
          accept={PICTURE_ACCEPT}
          hidden
          data-testid="file"
          aria-label={t.upload}
          onChange={(e) => take(e.currentTarget)}
        />
        <input
          ref={camera}
          type="file"
          accept="image/*"
          capture="environment"
          hidden
          aria-label={t.camera}
          onChange={(e) => take(e.currentTarget)}
        />
      </div>
      <div className="grid w-full justify-items-center gap-2.5">
        <span className="small dim">{t.trySample}</span>
        <div className="samples">
          {SAMPLES.map((s) => (
            <button type="button" key={s.file} className="sample" onClick={() => onSample(s)}>
              <i style={{ backgroundImage: `url(/samples/${s.file.replace('.jpg', '-small.jpg')})` }} />
              <span>{t[s.label]}</span>
            </button>
          ))}
        </div>
      </div>
    </div>
  )
}
