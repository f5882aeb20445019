'use client'

import { useState } from 'react'
import { Banner } from '../components/banner'
import { Button } from '../components/button'
import { Icon } from '../components/icons'
import { Bar } from '../components/progress'
import { useToast } from '../components/toast'
import { aloneLook, backLook, EmptyStage, Foot, Section, Side, Workspace } from '../components/workspace'
import { errorText } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { tryExport } from '../i18n/try-export'
import { DropZone, type Sample } from '../single/drop-zone'
import { type Layers, PictureStage } from '../single/picture-stage'
import { countKept } from '../single/result-json'
import { ThresholdSection } from '../single/threshold-section'
import { usePictureInput } from '../single/use-picture-input'
import { useTry } from './use-try'

const LAYERS: Layers = { boxes: true, numbers: false, map: false }
const nothing = () => undefined

/** Runs an exported file in the browser, on pictures of the user or a sample, and tells backend and time. */
export function TryPage({ id }: { id: string }) {
  const t = useTexts(tryExport)
  const format = useFormat()
  const { lang } = useLanguage()
  const { toastError } = useToast()
  const { info, model, error, picture, result, busy, show, clear, find } = useTry(id)
  const [threshold, setThreshold] = useState<number>()
  const [lit, setLit] = useState(-1)
  const { over, pasteNow } = usePictureInput((file) => void show(file))
  const openSample = async ({ file }: Sample) => {
    try {
      await show(await (await fetch(`/samples/${file}`)).blob())
    } catch (cause) {
      toastError(cause)
    }
  }

  // Below the threshold in the file there are no boxes.
  const inFile = typeof info?.options.threshold === 'number' ? info.options.threshold : 0
  const least = threshold ?? inFile
  const kept = result ? countKept(result.scores, least) : 0
  const said = error ? errorText(lang, error) : undefined
  const facts = [
    ['backend', t.backend, model && (model.provider === 'webgpu' ? 'WebGPU' : t.wasm(model.threads))],
    ['input', t.input, model && `${model.width} × ${model.height}`],
    ['found', t.found, result && format.count(result.scores.length)],
    ['time', t.time, result && format.span(result.milliseconds / 1000)],
  ] as const
  return (
    <Workspace columns="two">
      <Side kind="few-tools" label={t.title}>
        {/* No Link: other pages are not to have what this one's headers allow. */}
        <a className={backLook} href={`/export?export=${encodeURIComponent(id)}`}>
          <Icon name="left" />
          {t.back}
        </a>
        <Section phone="early">
          <h1 className="text-15">{t.title}</h1>
          {info?.file && (
            <p className="font-mono text-[12px] truncate" translate="no">
              {info.file}
            </p>
          )}
          <p className="text-12 text-ink-3">{t.local}</p>
          {said && (
            <Banner tone="err">
              <b>{t.cannotOpen}</b>
              <p>{said.text ?? said.title}</p>
            </Banner>
          )}
          {!model && !said && <Bar label={t.opening} />}
          <dl className="grid gap-1.5">
            {facts.map(([key, name, value]) => (
              <div key={key} className="flex items-center gap-2 justify-between">
                <dt className="text-ink-2">{name}</dt>
                <dd className="text-right" data-testid={key}>
                  {value ?? '–'}
                </dd>
              </div>
            ))}
          </dl>
        </Section>
        <ThresholdSection
          value={least}
          onChange={setThreshold}
          calibrated={false}
          scores={result?.scores}
          kept={kept}
        />
        <Foot kind="last">
          <Button
            icon="retry"
            full
            busy={busy}
            disabledReason={picture ? undefined : t.noPicture}
            onClick={() => void find()}
          >
            {t.again}
          </Button>
          {picture && (
            <Button icon="upload" full onClick={clear}>
              {t.another}
            </Button>
          )}
        </Foot>
      </Side>
      {picture ? (
        <PictureStage
          url={picture.url}
          width={picture.bitmap.width}
          height={picture.bitmap.height}
          result={result}
          kept={kept}
          shownOrder={result?.scores.map((_, i) => i) ?? []}
          lit={lit}
          onLit={setLit}
          layers={LAYERS}
          className={aloneLook}
          onImage={nothing}
          onImageError={nothing}
          onZoom={nothing}
        >
          {busy && <Bar size="s" className="absolute inset-x-0 top-0 z-5" label={t.running} />}
        </PictureStage>
      ) : (
        <EmptyStage alone>
          <DropZone
            over={over}
            note={t.formats}
            onFile={(file) => void show(file)}
            onPaste={pasteNow}
            onSample={openSample}
          />
        </EmptyStage>
      )}
    </Workspace>
  )
}
