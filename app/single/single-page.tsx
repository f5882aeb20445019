'use client'

import Link from 'next/link'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Quad } from '../../detector/geometry/polygon'
import { PICTURE_ACCEPT } from '../../detector/picture/picture-names'
import { Button } from '../components/button'
import { useCopy } from '../components/clipboard'
import { Icon } from '../components/icons'
import { modelName } from '../components/model-choices'
import { Bar } from '../components/progress'
import { useToast } from '../components/toast'
import { useSlow } from '../components/use-slow'
import { backLook, EmptyStage, Foot, Side, Workspace } from '../components/workspace'
import { useSystem } from '../data/use-lists'
import { useLanguage, useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { useKeys } from '../shell/keys'
import { ComparePicker } from './compare-picker'
import { DropZone, type Sample } from './drop-zone'
import { FileSection } from './file-section'
import { type Layers, PictureStage, type StageControls } from './picture-stage'
import { countKept, resultText } from './result-json'
import { ResultPanel } from './result-panel'
import { fromResult } from './settings'
import { SettingsSections } from './settings-sections'
import { StageTools } from './stage-tools'
import { ThresholdSection } from './threshold-section'
import { useAddress } from './use-address'
import { useComparison } from './use-comparison'
import { type Source, useDetection } from './use-detection'
import { useDownloads } from './use-downloads'
import { useModelChoice } from './use-model-choice'
import { usePictureInput } from './use-picture-input'

export function SinglePage() {
  const t = useTexts(single)
  const { lang } = useLanguage()
  const copy = useCopy()
  const { toastError } = useToast()
  const { system } = useSystem()
  const { models, model, info: calibrated, settings, setSettings, chooseModel, adopt } = useModelChoice()
  const detection = useDetection(settings, model)
  const { source, result, busy, order, run, show, clear, dirty } = detection

  const [size, setSize] = useState<[number, number]>([0, 0])
  const [lit, setLit] = useState({ index: -1, fromPicture: false })
  const [layers, setLayers] = useState<Layers>({ boxes: true, numbers: false, map: false })
  const [scale, setScale] = useState(1)
  const [second, setSecond] = useState<string>()
  const stage = useRef<StageControls>(null)
  const fileInput = useRef<HTMLInputElement>(null)

  const kept = useMemo(() => countKept(result?.scores ?? [], settings.threshold), [result, settings.threshold])
  const shownOrder = useMemo(() => order.filter((i) => i < kept), [order, kept])
  const { other, waiting } = useComparison(source, settings, second)

  const { setAddress, batch, item } = useAddress({
    models,
    onModel: chooseModel,
    onOpen: (opened) => {
      const using = fromResult(opened.result.settings)
      adopt(opened.model, using)
      setSize(opened.result.image_size)
      const source = { name: opened.result.image_path, url: opened.image }
      show(source, opened.result, { settings: using, model: opened.model })
    },
  })

  // ---------------------------------------------------------------- pictures
  const url = source?.url
  const objectUrl = useRef<string>(undefined)
  const start = useCallback(
    async (next: Source) => {
      setLit({ index: -1, fromPicture: false })
      setSecond(undefined)
      setLayers((l) => ({ ...l, map: false }))
      setSize([0, 0])
      const found = await run(next)
      if (found?.resultId) setAddress(`result=${found.resultId}`)
    },
    [run, setAddress],
  )
  const openFile = useCallback(
    (file: File) => {
      if (objectUrl.current) URL.revokeObjectURL(objectUrl.current)
      objectUrl.current = URL.createObjectURL(file)
      void start({ name: file.name, bytes: file.size, url: objectUrl.current, file })
    },
    [start],
  )
  const openSample = async (sample: Sample) => {
    const path = `/samples/${sample.file}`
    try {
      const file = await (await fetch(path)).blob()
      void start({ name: sample.file, bytes: file.size, url: path, file })
    } catch (error) {
      toastError(error)
    }
  }
  const { over, pasteNow } = usePictureInput(openFile)
  const again = async () => {
    if (!source) return
    const found = await run(source)
    if (found?.resultId) setAddress(`result=${found.resultId}`)
  }
  const onImage = useCallback((width: number, height: number) => setSize((s) => (s[0] ? s : [width, height])), [])
  // What the browser cannot show (TIFF) comes from the server once it has been decoded there.
  const [unshowable, setUnshowable] = useState<string>()
  const shownUrl = unshowable === url && result?.resultId ? `/api/results/${result.resultId}/image` : url
  const [width, height] = result?.image_size[0] ? result.image_size : size

  // ---------------------------------------------------------------- actions
  const light = useCallback((index: number) => setLit({ index, fromPicture: false }), [])
  const lightFromPicture = useCallback((index: number) => setLit({ index, fromPicture: true }), [])
  const openBox = useCallback((box: Quad) => stage.current?.showBox(box), [])
  const copyJson = () => result && void copy(resultText(result, settings.threshold))
  const downloads = useDownloads({ result, threshold: settings.threshold, batch, item })
  const others = (models ?? []).filter((m) => m.id !== model && !m.missing)
  const compare = () => {
    if (!result) return
    if (second) setSecond(undefined)
    else if (others[0]) setSecond((others.find((m) => m.id === 'base') ?? others[0]).id)
  }
  const move = (by: number) =>
    setSettings((s) => ({ ...s, threshold: Math.min(1, Math.max(0, Math.round((s.threshold + by) * 100) / 100)) }))
  useKeys({
    '[': () => move(-0.01),
    ']': () => move(0.01),
    '{': () => move(-0.1),
    '}': () => move(0.1),
    b: () => setLayers((l) => ({ ...l, boxes: !l.boxes })),
    n: () => setLayers((l) => ({ ...l, numbers: !l.numbers })),
    m: () => result?.resultId && setLayers((l) => ({ ...l, map: !l.map })),
    c: compare,
    '+': () => stage.current?.zoom(1.25),
    '=': () => stage.current?.zoom(1.25),
    '-': () => stage.current?.zoom(0.8),
    '0': () => stage.current?.fit(),
    'ctrl+o': () => fileInput.current?.click(),
    escape: () => {
      setLit({ index: -1, fromPicture: false })
      setSecond(undefined)
      return false
    },
  })

  const slow = useSlow(busy)
  const nameOf = (id: string) => {
    const found = models?.find((m) => m.id === id)
    return found ? modelName(found, lang) : id
  }
  const mapReason = !result ? t.noResult : result.resultId ? undefined : t.noMap
  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <Workspace columns="three">
        <Side kind="tools" label={t.settings}>
          {batch && (
            <Link className={backLook} href={`/batches/${batch}`}>
              <Icon name="left" />
              {t.back}
            </Link>
          )}
          {source && (
            <FileSection
              source={source}
              width={width}
              height={height}
              thumbnail={shownUrl}
              onReplace={() => {
                clear()
                setAddress('')
              }}
            />
          )}
          <ThresholdSection
            value={settings.threshold}
            onChange={(threshold) => setSettings((s) => ({ ...s, threshold }))}
            calibrated={calibrated?.thresholds.threshold === settings.threshold && settings.threshold !== 0.2}
            scores={result?.scores}
            kept={kept}
          />
          <SettingsSections
            settings={settings}
            onSettings={setSettings}
            models={models}
            model={model}
            onModel={chooseModel}
          />
          <Foot kind="last">
            <Button
              size="l"
              full
              variant={source ? 'primary' : 'secondary'}
              icon="bolt"
              busy={busy}
              disabledReason={source ? undefined : t.choosePicture}
              title={dirty ? t.startAgain : undefined}
              onClick={again}
            >
              {t.start}
              {dirty && (
                <span className="size-2 rounded-full bg-[#ffd666]">
                  <span className="sr-only">{t.startAgain}</span>
                </span>
              )}
            </Button>
          </Foot>
        </Side>

        {source && shownUrl ? (
          <PictureStage
            url={shownUrl}
            width={width}
            height={height}
            result={result}
            kept={kept}
            shownOrder={shownOrder}
            lit={lit.index}
            onLit={lightFromPicture}
            layers={layers}
            mapUrl={result?.resultId ? `/api/results/${result.resultId}/map?layer=heat` : undefined}
            compare={
              second && other && result
                ? {
                    left: { name: nameOf(second), result: other, kept: countKept(other.scores, settings.threshold) },
                    right: { name: nameOf(model), result, kept },
                  }
                : undefined
            }
            onImage={onImage}
            onImageError={() => setUnshowable(url)}
            onZoom={setScale}
            controls={stage}
          >
            {(slow || waiting) && (
              <Bar
                size="s"
                className="absolute inset-x-0 top-0 z-5"
                label={detection.sent !== undefined && detection.sent < 1 ? t.uploading : t.detecting}
                share={detection.sent !== undefined && detection.sent < 1 ? detection.sent : undefined}
              />
            )}
            {result && (
              <ComparePicker
                open={second !== undefined}
                models={others}
                chosen={second}
                onChoose={setSecond}
                onToggle={compare}
              />
            )}
            <StageTools
              scale={scale}
              onZoom={(factor) => stage.current?.zoom(factor)}
              onFit={() => stage.current?.fit()}
              layers={layers}
              onLayers={setLayers}
              mapReason={mapReason}
              downloads={downloads}
            />
          </PictureStage>
        ) : (
          <EmptyStage>
            <DropZone
              over={over}
              note={t.formats(Math.round((system?.limits.uploadBytes ?? 50e6) / 1e6))}
              onFile={openFile}
              onPaste={pasteNow}
              onSample={openSample}
            />
          </EmptyStage>
        )}

        <ResultPanel
          result={result}
          url={shownUrl}
          busy={busy}
          error={detection.error}
          threshold={settings.threshold}
          kept={kept}
          order={shownOrder}
          lit={lit.index}
          follow={lit.fromPicture}
          onLit={light}
          onOpen={openBox}
          onCopyJson={copyJson}
          downloads={downloads}
        />
      </Workspace>
      <input
        ref={fileInput}
        type="file"
        accept={PICTURE_ACCEPT}
        hidden
        aria-label={t.upload}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0]
          e.currentTarget.value = ''
          if (file) openFile(file)
        }}
      />
    </>
  )
}
