'use client'

import clsx from 'clsx'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { defaultsOf, type OptionSpec, parseOption } from '../../detector/options/spec'
import { type TrainOptions, trainOptions } from '../../detector/options/train'
import { ownValue } from '../../detector/own-value'
import type { RunInfo } from '../../server/runs/schema'
import { Icon } from '../components/icons'
import { Page } from '../components/page-frame'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { useDataset } from '../datasets/use-dataset'
import { useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { DataStep } from './data-step'
import { SettingsStep } from './settings-step'

/** Values for the form from text (an address, an earlier run); what does not fit the table is passed over. */
function acceptOptions(given: Iterable<[string, unknown]>): Partial<TrainOptions> {
  const accepted: Record<string, unknown> = {}
  for (const [key, value] of given) {
    const spec = ownValue<OptionSpec>(trainOptions, key)
    if (!spec || key === 'data') continue
    try {
      accepted[key] = parseOption(key, spec, value)
    } catch {
      // an address written by hand, or an option that a newer version limits otherwise
    }
  }
  return accepted
}

/**
 * A new run in two steps, data and settings. The address may fill the form: `dataset`, `from` (an earlier run, whose
 * settings are taken over), and any option by name.
 */
export function NewRun() {
  const t = useTexts(train)
  const router = useRouter()
  const query = useSearchParams()
  const { toastError } = useToast()
  const [step, setStep] = useState<'data' | 'settings'>('data')
  const [datasetId, setDatasetId] = useState<string | null>(query.get('dataset'))
  const [options, setOptions] = useState<TrainOptions>(() => ({ ...defaultsOf(trainOptions), ...acceptOptions(query) }))
  const [name, setName] = useState('')
  const [starting, setStarting] = useState(false)
  const { dataset } = useDataset(datasetId)

  const from = query.get('from')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the earlier run is read once
  useEffect(() => {
    if (!from) return
    request<RunInfo>(`/runs/${from}`)
      .then((run) => {
        const model = run.model.id || (run.options.model === 'random' ? 'random' : trainOptions.model.default)
        const earlier = acceptOptions(Object.entries({ ...run.options, model }))
        setOptions((o) => ({ ...o, ...earlier, ...acceptOptions(query) }))
        if (run.dataset.id) {
          setDatasetId(run.dataset.id)
          setStep('settings')
          return
        }
        // A run of the command line: its data may not be known here yet.
        return request<{ id: string }>('/datasets', { json: { path: run.dataset.path } }).then(({ id }) =>
          setDatasetId(id),
        )
      })
      .catch(toastError)
  }, [from])

  const start = async () => {
    if (!datasetId) return
    setStarting(true)
    try {
      const { data: _data, ...rest } = options
      const body = { dataset: datasetId, options: rest, ...(name.trim() && { name: name.trim() }) }
      const made = await request<{ id: string }>('/runs', { json: body })
      router.push(`/runs/${made.id}`)
    } catch (e) {
      toastError(e)
      setStarting(false)
    }
  }
  const chooseDataset = (id: string) => {
    setDatasetId(id)
    setStep('data')
  }
  const settings = step === 'settings' && datasetId !== null

  return (
    <Page width="left">
      <h1>{t.newRun}</h1>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline with its buttons */}
      <div className="mt-3.5 mb-4.5 flex items-center" role="group" aria-label={t.steps}>
        <button type="button" onClick={() => setStep('data')}>
          <Step state={settings ? 'done' : 'current'} number={1} name={t.data} />
        </button>
        <i className={BETWEEN} />
        <Step state={settings ? 'current' : 'open'} number={2} name={t.settings} />
        <i className={BETWEEN} />
        <Step state="open" number={3} name={t.training} />
      </div>
      {settings ? (
        <SettingsStep
          options={{ ...options, data: dataset?.path ?? '' }}
          name={name}
          datasetId={datasetId}
          images={dataset?.report?.train.images}
          onOptions={setOptions}
          onName={setName}
          onBack={() => setStep('data')}
          onStart={() => void start()}
          starting={starting}
        />
      ) : (
        <DataStep
          datasetId={datasetId}
          onDataset={chooseDataset}
          onNext={() => setStep('settings')}
          testFrom={options.testFrom}
          onTestFrom={(testFrom) => setOptions({ ...options, testFrom })}
        />
      )}
    </Page>
  )
}

const BETWEEN = 'mx-1.5 h-px w-9 bg-line max-md:mx-0.5 max-md:w-3.5'
const STEPS = {
  done: { look: 'text-ink-2', mark: 'border-ok bg-ok-soft text-ok' },
  current: { look: 'text-ink', mark: 'border-brand bg-brand text-white' },
  open: { look: 'text-ink-3', mark: 'border-field' },
} as const

function Step({ state, number, name }: { state: keyof typeof STEPS; number: number; name: string }) {
  return (
    <span
      className={clsx('flex items-center gap-2 rounded-full py-1 pr-2 pl-1 font-medium text-13', STEPS[state].look)}
      aria-current={state === 'current' ? 'step' : undefined}
    >
      <b className={clsx('grid size-6 place-items-center rounded-full border text-12 leading-none', STEPS[state].mark)}>
        {state === 'done' ? <Icon name="check" /> : number}
      </b>
      {name}
    </span>
  )
}
