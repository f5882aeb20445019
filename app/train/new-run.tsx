'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { defaultsOf, type OptionSpec, parseOption } from '../../detector/options/spec'
import { type TrainOptions, trainOptions } from '../../detector/options/train'
import { ownValue } from '../../detector/own-value'
import type { RunInfo } from '../../server/api/schemas/run'
import { Icon } from '../components/icons'
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
    <div className="page">
      <h1>{t.newRun}</h1>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline with its buttons */}
      <div className="steps" role="group" aria-label={t.steps}>
        <button
          type="button"
          className={settings ? 'step done' : 'step'}
          aria-current={settings ? undefined : 'step'}
          onClick={() => setStep('data')}
        >
          <b>{settings ? <Icon name="check" /> : 1}</b>
          {t.data}
        </button>
        <i />
        <span className="step" aria-current={settings ? 'step' : undefined}>
          <b>2</b>
          {t.settings}
        </span>
        <i />
        <span className="step">
          <b>3</b>
          {t.training}
        </span>
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
    </div>
  )
}
