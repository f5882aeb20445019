'use client'

import clsx from 'clsx'
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
const SAMPLES: readonly Sample[] = [
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
      <rect
        x="15"
        y="3"
        width="42"
        height="50"
        rx="5"
        fill="var(--color-surface)"
        stroke="var(--color-field)"
        strokeWidth="1.5"
      />
      <path d="M22 14h28M22 22h19M22 30h24M22 38h13" stroke="var(--color-line)" strokeWidth="3" strokeLinecap="round" />
      <path
        d="M19 10.5h34v7.5H19zM19 26.5h30v7H19z"
        stroke="var(--color-brand)"
        strokeWidth="1.6"
        fill="var(--color-brand)"
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
    <div
      className={clsx(
        'absolute inset-4 grid grid-cols-1 grid-rows-[1fr_auto] justify-items-center rounded-2xl border-[1.5px] border-dashed *:min-w-0 max-md:static max-md:w-full',
        over ? 'border-brand bg-brand-soft' : 'border-field bg-surface/72',
      )}
    >
      <div className="grid content-center justify-items-center gap-2 px-6 pt-8 pb-6 text-center max-md:px-4 max-md:pt-7 max-md:pb-5">
        <Drawing />
        <h2 className="text-20">{t.drop}</h2>
        <p className="text-12 text-ink-3">
          {note}
          <span className="max-md:hidden">
            {' · '}
            <kbd>Ctrl</kbd> <kbd>V</kbd> {t.paste}
          </span>
        </p>
        <div className="mt-2 flex flex-wrap items-center justify-center gap-2 max-md:gap-1.5 max-md:[&_button]:px-3.5">
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
        <span className="text-12 text-ink-3">{t.trySample}</span>
        <div className="grid w-[min(100%,720px)] grid-cols-4 gap-3 px-6 pb-6 max-md:w-full max-md:grid-cols-2 max-md:px-4 max-md:pb-4">
          {SAMPLES.map((s) => (
            <button
              type="button"
              key={s.file}
              data-testid="sample"
              className="hover:-translate-y-0.5 overflow-hidden rounded-[10px] border border-line bg-surface text-12 transition-[translate,box-shadow] duration-160 ease-out hover:shadow-2"
              onClick={() => onSample(s)}
            >
              <i
                className="block aspect-4/3 bg-cover bg-position-[center_20%] max-md:aspect-video"
                style={{ backgroundImage: `url(/samples/${s.file.replace('.jpg', '-small.jpg')})` }}
              />
              <span className="block px-[9px] pt-1.5 pb-[7px]">{t[s.label]}</span>
            </button>
          ))}
        </div>
      </div>
    </div>
  )
}
