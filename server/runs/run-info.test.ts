import { expect, it } from 'vitest'
import { defaultsOf } from '../../detector/options/spec'
import { trainOptions } from '../../detector/options/train'
import { type RunRow, runInfo } from './run-info'
import { freshProgress } from './run-progress'

const row = (state: string): RunRow => ({
  ...{ id: 'run', name: 'exp', state, directory: 'workdirs/exp', external: true, intent: null, worked: 0 },
  ...{ datasetId: null, datasetName: 'words', dataPath: '/words', dataset: null, modelId: null, modelName: 'random' },
  ...{ createdAt: new Date(0), queuedAt: new Date(0), startedAt: null, endedAt: null, checkpoints: [] },
  ...{ options: { ...defaultsOf(trainOptions) }, progress: {}, cuts: [], error: null },
})

it('state and steps fit together when the run went on after its row was read', () => {
  const state = (inRow: string, inProgress: 'preparing' | 'running' | 'stopped'): string => {
    const progress = { ...freshProgress(10), state: inProgress, step: 7 }
    return runInfo(row(inRow), '/nowhere', '/', { progress, seconds: 1 }, null, 20).state
  }
  expect(state('preparing', 'running')).toBe('running')
  expect(state('preparing', 'preparing')).toBe('preparing')
  expect(state('pausing', 'running')).toBe('pausing')
  expect(state('stopped', 'running')).toBe('stopped')
})
